# Applying, the receipt, and progress

apply-step-notice = Notice
apply-step-identity = Who
apply-step-form = Form
apply-step-materials = Papers
apply-step-review = Check
apply-next = Next
apply-close = Close
apply-yes = Yes
apply-no = No
apply-list-separator = {", "}
apply-moment = { $day }/{ $month } { $time }

# Leaving
leaving-title = Leave without applying?
leaving-text = What you have entered will be erased at once.
leaving-stay = Continue
leaving-go = Leave and erase

# Before
apply-notice-title = Before you begin
apply-notice-bring = What you need
apply-notice-bring-hint = { $materials }
apply-notice-use = Your data is for this application only
apply-notice-use-hint = It is encrypted when you submit; only the hall and { $department } can read it. Nothing stays here.
apply-notice-clock = It works without a network
apply-notice-clock-hint = It is registered now and sent later. The time limit ({ $limit }) starts when the hall receives it.
apply-notice-choice = No need to do it here
apply-notice-choice-hint = Leave at any time and go to the staffed counter: { $address }
apply-notice-agree = I agree, begin
apply-closed-title = No new applications here for now
apply-closed-title-revoked = This terminal takes no more applications
apply-closed-why-full = The storage is full
apply-closed-hint-full = To keep what is registered safe, no new applications are taken.
apply-closed-why-revoked = This terminal is out of service
apply-closed-hint-revoked = The hall takes no more applications from it.
apply-closed-why-unconfirmed = The hall has not been reached yet
apply-closed-hint-unconfirmed = The terminal's data was moved: it has to reach the hall before it gives new numbers.
apply-closed-works = These still work
apply-closed-works-hint-full = Guides and progress. What is registered already is safe.
apply-closed-works-hint-revoked = Guides and progress. If your application is not with the hall yet, take its number to the counter.
apply-closed-works-hint-unconfirmed = Guides and progress. What is registered already is safe.
apply-closed-where = Please go to the staffed counter

# Who
apply-identity = Applicant
apply-identity-title = Who is applying?
apply-applicant-known = entered before

# Form
apply-page = { $item } · page { $page } of { $pages }
apply-optional = (optional)
apply-such-as = For example { $example }
apply-missing = { $missing ->
    [one] { $missing } more character
   *[other] { $missing } more characters
}
apply-longest = No more than { $longest } characters fit
apply-not-passport = No passport number here. Without a Chinese ID or residence card, please go to the counter
apply-number-right = The number is valid
apply-doubtful = This number looks wrong: compare again, or go on if it is right
apply-unchosen = Choose a word for these letters above the keys, or press "Clear"
apply-fields-above = { $above } above: press "Back" to see
apply-fields-below = { $below } more below: press "Next"
apply-fields-both = { $above } above (Back) · { $below } below (Next)
apply-example = Example
apply-example-show = Example
apply-example-hint = The people and numbers in examples are not real. Enter your own.

# Papers
apply-materials-title = Do you have these papers?
apply-materials-hint = Answer for each. Those marked "Can wait" can be brought later.
apply-materials-hint-today = Answer for each.
apply-material-about = { $pages } × { $form }. { $explain }
apply-material-here = I have it
apply-material-missing = Not here
apply-material-later = Bring it later
apply-material-needed = This one is needed today, not later
apply-material-due = Bring within { $days ->
    [one] { $days } working day
   *[other] { $days } working days
} after the hall receives it
apply-materials-missing = { $count ->
    [one] { $count } paper to sort out: { $names }
   *[other] { $count } papers to sort out: { $names }
}
apply-materials-what-now = Not here: fetch it first, or ask at the staffed counter ({ $address }). Not answered: please choose.
apply-materials-counter = Not sure? Ask at the staffed counter
apply-undertaking-title = My promise
apply-undertaking-text = I promise to bring "{ $name }" to the counter within { $days ->
    [one] { $days } working day
   *[other] { $days } working days
} after the hall receives my form.
apply-undertaking-else = Otherwise this application is returned; you may then apply again.
apply-undertaking-agree = I agree to bring it in time
apply-undertaking-decline = Not now

# Check
apply-review-title = Is everything right?
apply-review-hint = If not, press "Change". A receipt is printed after you submit.
apply-review-change = Change
apply-review-cover = Hide numbers
apply-review-show = Show numbers
apply-review-empty = not filled in
apply-review-doubtful = (looks wrong, please compare)
apply-review-submit = Submit
apply-review-after = Then your receipt is printed
apply-review-after-hint = Use its number to check progress. To change something later, go to the counter.
apply-sending-title = Registering
apply-sending = Your application is being saved
apply-sending-hint = A few seconds only. Please stay

# Not registered
apply-trouble-title = Not registered yet
apply-trouble-invalid = Some answers are not right yet
apply-trouble-other = This terminal could not save the application
apply-trouble-other-hint = Please try again; if it fails, please call the staff.
apply-trouble-kept = What you entered is still here
apply-trouble-kept-hint = Press "Try again", or "Back" to change something.
apply-trouble-again = Try again

# Receipt
receipt-printing = Registered, printing
receipt-printed = Registered, take your receipt
receipt-paper-waits = Registered, but not printed yet
receipt-paper-waiting = The printer has stopped: { $why }
receipt-paper-waiting-hint = Please tell the staff. It then prints by itself; no need to apply again. Number and code are on the screen
receipt-not-printed = Registered, note the number
receipt-waiting = It is sent when the network is back. No need to wait
receipt-sending = Being sent to the hall. No need to wait
receipt-title-stranded = Registered, but not sent to the hall
receipt-stranded = Please take your receipt or this number to the counter
receipt-received = The hall has received it; you may leave
receipt-set-aside = The hall did not take it: go to the counter with the number
receipt-chip-waiting = waiting for network
receipt-chip-sending = sending
receipt-chip-stranded = not sent
receipt-chip-received = sent
receipt-chip-set-aside = not taken
receipt-again = Print again
receipt-more = Another service
receipt-done = Done, leave
receipt-noted = I noted the number
receipt-leaving-title = Have you noted the number?
receipt-leaving-text = Once you leave, it is no longer shown. You need it to check progress.
receipt-leaving-stay = Back to the number
receipt-leaving-go = Noted, leave
receipt-take = Take your ID card, papers and receipt
receipt-take-no-paper = Take your ID card and papers
receipt-leaves = { $seconds ->
    [one] Ends in { $seconds } second and erases your data. Touch the screen to stay longer.
   *[other] Ends in { $seconds } seconds and erases your data. Touch the screen to stay longer.
}
receipt-paper-failed = The receipt was not printed: { $why }
receipt-paper-instead = You are registered anyway. Note the number or photograph the code.
receipt-paper-unknown = We do not know if the receipt was printed
receipt-paper-unknown-hint = Please look at the slot. If it is empty, note the number or print again.
receipt-paper-none = This terminal has no printer

# Progress
progress-title = Check your application
progress-subtitle = The number is at the top of the receipt or in your notes
progress-placeholder = HP07-261121-0036-85
progress-hint = Letters and digits; leave out the dashes
progress-wrong = This number is not valid: please compare it with the receipt
progress-four = Last four of the ID or telephone number
progress-four-subtitle = Number { $number }: one more thing to check
progress-four-placeholder = such as 002X
progress-four-hint = The last four of the number in your application
progress-four-short = Four digits please; an ID number may end in X
progress-four-wrong = This does not match the application: please check the number and the last four
progress-wait-minutes = Too many wrong tries: please try again in { $minutes } min. With the receipt, scan its code at any time
progress-wait-hours = Too many wrong tries: please try again in { $hours } h. With the receipt, scan its code at any time
progress-code-only = To see this one, scan the code on the receipt
progress-code-only-hint = Without the receipt, please take your ID card to the staffed counter.
progress-scan = Or scan the code on the receipt
progress-scan-hint = Hold it in front of the scanner
progress-look = Show
progress-other = Another number
progress-asking = Asking the hall
progress-asking-hint = A few seconds at most
progress-failed = The records cannot be read now
progress-failed-hint = Scan the code on the receipt with a phone, or ask at the staffed counter.
progress-received = Received
progress-limit = Time limit
progress-changed = Last change
progress-old = The hall cannot be reached; this is the last we know
progress-remark = The hall says
progress-unknown = Number not found
progress-elsewhere = This number cannot be looked up now
progress-next-set-aside = { $why }. { $next }
progress-next-unknown = Please compare the number. If you have just applied, look again in a few minutes.
progress-next-elsewhere = It was registered on another terminal and the hall cannot be reached. Try later, or scan the code with a phone.
progress-ask = Talk to somebody
progress-counter = { $counter }
    Open: { $hours }
progress-ask-hint = { $counter }
    Telephone: { $telephone }

apply-review-no-paper = { $why }: no receipt can be printed now
apply-review-no-paper-hint = You can still submit: note the number on the screen, or scan its code with your phone. For paper ask the staff or use another terminal.
apply-materials-print = Print what is missing
receipt-form = Print the form
progress-paper-hint = Your application is safe; it can be printed again
