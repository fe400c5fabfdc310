# The hall: records, imports, the phone page

hall-name = Government Service Hall
remark-unreadable-file = One of the files cannot be opened. Please hand it in again at the hall.

import-place = { $place } row { $row }
import-unreadable = cannot be read: { $detail }
import-missing = is missing
import-not-one-of = can only be one of: { $detail }
import-not-number = must be a whole number, and not too large
import-malformed = is not as it must be: { $detail }
import-unknown-column = unknown sheet or column
import-no-such-item = no item in the list has this code: { $detail }
import-duplicate = twice
import-no-such = refers to something that is not there: { $detail }
import-empty = must not be empty
import-task-code = must be 31 characters: authority (18) + level (1) + basic code (12)
import-catalog-code = must be 12 digits
import-example = the example does not pass the form's rules: { $detail }
import-due-days = a material that may follow needs the working days within which
import-asked-earlier = the question that decides must come earlier
import-order = the end is before the beginning
import-failed = { $count ->
    [one] { $count } problem; the catalogue is unchanged
   *[other] { $count } problems; the catalogue is unchanged
}

phone-title = Your application
phone-loading = Looking it up…
phone-noscript = Please turn on JavaScript in your browser to see where your application stands.
phone-again = Check again
phone-foot = Questions? Tell the hall’s staff your registration number.
phone-mark-state = Progress
phone-mark-receipt = Receipt
phone-mark-line = Network
phone-not-yet = The hall has not received it yet
phone-not-yet-more = Your application is kept safely in the terminal, which sends it by itself when its network returns. The time limit starts when the hall receives it. You need not do anything.
phone-stranded = It is not with the hall
phone-stranded-more = The terminal that registered it is out of service and will not send it by itself. Please bring your receipt to a staffed counter: staff will fetch the application.
phone-not-taken = The hall did not take this application
phone-not-taken-more = It did not pass the checks. Please bring your receipt to the hall: staff will tell you why, and what to do.
phone-wrong = This is not a valid receipt
phone-wrong-more = The code may not have been scanned whole, or the receipt is not from this hall. Please scan the code on the receipt again.
phone-none = Scan the code on your receipt
phone-none-more = This page opens from the code on a receipt, which says which application to look up.
phone-failed = Cannot look it up just now
phone-failed-more = Your phone does not reach the hall. Check your connection and try again a little later.
phone-registration = Registration number
phone-case-number = Case number
phone-item = Service
phone-terminal = Terminal
phone-applied = Applied
phone-received = Received by the hall
phone-changed = Last change
phone-limit = Promised limit
phone-limit-now = Decided at once
phone-limit-working = Promised limit (working days)
phone-limit-calendar = Promised limit (calendar days)
phone-state-awaiting-files = Received; files are still coming
phone-state-received = Received by the hall
phone-state-accepted = Accepted for processing
phone-state-not-accepted = Not accepted
phone-state-supplement = Something is missing
phone-state-deciding = Being decided
phone-state-special-procedure = In a special procedure
phone-state-granted = Decided: granted
phone-state-refused = Decided: refused
phone-state-delivered = Result delivered
phone-next-awaiting-files = The terminal sends the files by itself. You need not do anything.
phone-next-received = Staff are looking at it. You will then be told whether it is accepted.
phone-next-accepted = Your application meets the requirements. The result will come within the limit.
phone-next-not-accepted = See below for the reason.
phone-next-supplement = Please hand in what is asked for below.
phone-next-deciding = It is being examined and decided.
phone-next-special-procedure = A visit, hearing or review; it does not count towards the limit.
phone-next-granted = You can collect the result.
phone-next-refused = See below for the reason.
phone-next-delivered = Everything is done.
