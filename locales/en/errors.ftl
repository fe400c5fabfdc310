# What is wrong with a field, and what to do

error-required = Please fill this in
error-too-short = { $missing ->
    [one] 1 character is missing: { $wanted } are needed
   *[other] { $missing } characters are missing: { $wanted } are needed
}
error-too-long = Too long: { $limit } characters at most
error-characters = A character here is not allowed
error-birth-date = The date of birth in the number is not possible: please compare with the card
error-check-digit = One digit of the number is wrong: please compare with the card
error-no-such-number = No such number exists: please compare with the card
error-unlike-number = Differs from the birth date in the ID number: check both
error-not-mobile = A mobile number has 11 digits and starts with 13 to 19
error-not-phone = Please enter a mobile number, or a landline with its area code
error-not-email = An e-mail address looks like name@example.com
error-not-date = Not a date: type all 8 digits, 20260131 for 31 January 2026
error-date-in-future = The date cannot be after today
error-date-in-past = The date cannot be before today
error-date-too-far = That year cannot be right: please check
error-before-start = It cannot be before the start date
error-not-number = Please enter a whole number
error-too-small = At least { $min }
error-too-large = At most { $max }
error-not-amount = Please enter an amount with at most two decimals, as in 480.50
error-not-option = Please choose one of the options
error-not-plate = A plate looks like 京A12345
error-unknown-field = This form has no such field
error-material-missing = Please choose: do you have this paper?
error-cannot-follow = This paper cannot be brought later: it is needed today
error-unknown-material = This service needs no such paper, or it is there twice
error-not-offered = This service is not available now: please ask the staff

refusal-malformed = The hall cannot read this application
refusal-wrong-terminal = This application was not sent from this terminal
refusal-conflict = The hall has another application under the same number; both are kept
refusal-too-large = The application is too large for the hall
refusal-unknown-item = The hall does not know this service or this version of it
refusal-invalid = Some answers do not meet the rules
refusal-unsaid = The hall received it but did not take it
refusal-damaged = This record is damaged on the terminal

printer-ready = Printer ready
printer-paper-low = Paper is running low
printer-paper-out = Printer out of paper
printer-cover-open = Printer cover open
printer-jam = Paper is stuck in the printer
printer-cutter = The printer's cutter is stuck
printer-fault = Printer fault
printer-wrong-format = Printer does not take this format
printer-offline = Printer not connected
printer-unknown = Printer state unknown
printer-absent = No printer

case-state-awaiting-files = Received by the hall, files still coming
case-state-received = Received by the hall
case-state-accepted = Accepted
case-state-not-accepted = Not accepted
case-state-supplement = More is needed from you
case-state-deciding = Being decided
case-state-special-procedure = Hearing, inspection or review, outside the time limit
case-state-granted = Decided: granted
case-state-refused = Decided: refused
case-state-delivered = Result delivered
case-state-sending = Registered, being sent to the hall
case-state-waiting = Registered, waiting to be sent
case-state-stranded = Registered, but not sent to the hall
case-state-set-aside = The hall did not take this application
# What follows, the same on the terminal and on the phone page
case-next-awaiting-files = The terminal sends the files by itself. You need not do anything.
case-next-received = Staff are looking at it. You will then be told whether it is accepted.
case-next-accepted = Your application meets the requirements. The result will come within the time limit.
case-next-not-accepted = The reason is below. You may ask at the counter or apply for review.
case-next-supplement = Please hand in what is asked for below.
case-next-deciding = It is being examined and decided.
case-next-special-procedure = A visit, hearing or review does not count towards the time limit.
case-next-granted = You get the result as your receipt says.
case-next-refused = The reason is below. You may ask at the counter or apply for review.
case-next-delivered = Everything is done.
case-next-sending = The terminal sends it by itself. You need not wait. The time limit starts when the hall has it.
case-next-waiting = The terminal sends it by itself when it has a network. You need not wait. The time limit starts when the hall has it.
case-next-stranded = The terminal that registered it is out of service and sends nothing by itself. Please take your receipt to the counter: staff will carry it to the hall.
case-next-set-aside = Please take the receipt and your ID card to the staffed counter: they tell you why and help you apply again.

# What a printer can do (test page)
printer-fact-yes = yes
printer-fact-no = no
printer-fact-paper = Paper
printer-fact-paper-sizes = { $mm } mm, { $dots } dots, { $dpi } dpi
printer-fact-characters = Built-in characters
printer-fact-characters-none = not used, all is sent as dots
printer-fact-qr = Built-in QR codes
printer-fact-cutter = Cutter
printer-fact-proof = Proof of printing
printer-fact-proof-id = confirms each job (GS ( H)
printer-fact-proof-status = status after the cut
printer-fact-automatic = Reports changes itself
printer-fact-clears = Clears unprinted data
printer-fact-memory = Stores the mark
