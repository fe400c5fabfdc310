# The hall: records, imports, the phone page

hall-name = Government Service Hall
remark-unreadable-file = One of the files cannot be opened. Please hand it in again at the hall.
remark-silence = Nobody at the hall said anything within five working days, so it counts as accepted.
remark-withdrawn = The applicant has withdrawn the application.
remark-withdrawn-because = The applicant has withdrawn the application: { $reason }

import-place = { $place } row { $row }
import-cell = { $place } cell { $cell }
import-published = the present catalogue
import-likely = { $text }. Did you mean "{ $likely }"?
import-more-places = { $text } (and { $count } more)
import-more-rows = { $text } (and { $count } more: rows { $rows })
import-more = and { $count } more
import-hidden-sheet = { $place }: this sheet is hidden; it was read too
import-hidden-sheet-left-out = { $place }: this deeply hidden sheet is not known and was not read
import-hidden-rows = { $place }: { $number ->
    [one] 1 row is hidden; it was read too
   *[other] { $number } rows are hidden; they were read too
}
import-hidden-columns = { $place }: { $number ->
    [one] 1 column is hidden; it was read too
   *[other] { $number } columns are hidden; they were read too
}
import-unreadable = cannot be read: { $detail }
import-no-file = there is no such file
import-not-file = this is not a plain file
import-empty-file = the file is empty
import-unknown-kind = this kind of file ({ $detail }) is not known. Files can be .json, .csv, .xlsx
import-other-workbook = what { $detail } files show cannot be read for sure. Please open it and save it as .xlsx
import-not-workbook = it has the name of a workbook but is none (it begins with "{ $detail }"). Please open it and save it as .xlsx
import-protected = the file has a password. Please remove it first
import-damaged-workbook = the workbook is damaged ({ $detail }). Please open it and save it once more
import-too-large = too large: { $number } MB at most
import-unpacked = too large when unpacked, or packed in a strange way: { $number } MB at most. Please open it and save it once more
import-too-many-cells = too many cells: { $number } at a time. Please split it and import the parts with --merge
import-too-many-columns = too many columns: { $number } in a sheet at most
import-too-long = not read to the end in { $number } seconds. Please split it and import the parts with --merge
import-encoding = the text of line { $number } is in another encoding, or damaged. Please save it as "CSV UTF-8"
import-utf16 = the text is in UTF-16. Please save it as "CSV UTF-8"
import-json = is no JSON at line { $line }, byte { $column }
import-json-ends = the JSON ends too soon; the file may be incomplete
import-quotes = a quotation mark in line { $number } is not closed
import-no-catalogue = there is no catalogue in it: one of items, themes, life_events, fields, notice
import-no-item-sheet = there is no sheet "items": these rows go with their items
import-no-items = the files have no items. To change only other parts say --merge; to withdraw all items say --allow-removal
import-removal = { $removed } of { $of } items would be withdrawn; the catalogue is unchanged. If that is meant say --allow-removal; to keep them say --merge
import-unknown-sheet = unknown sheet (names of remarks begin with #)
import-unknown-column = unknown column (names of remarks begin with #)
import-unknown-key = unknown name (those of remarks begin with #)
import-twice = is there twice
import-missing-column = this column is missing
import-header-row = the first row must have the columns' names, but they are in row { $number }. Please remove the rows above, or begin them with #
import-surplus = this row has more cells than there are columns. A text with a comma needs quotation marks around it
import-merged = { $detail } is merged across columns. Please undo it
import-formula-error = the formula has failed: { $detail }
import-no-result = the formula has no result. Please open the file and save it once
import-digits = the number is too long and has lost its last digits. Please format the cell as text and write it again
import-number-format = what this number format shows cannot be told for sure ({ $detail }). Please format the cell as text
import-date-format = this date format shows something else on each computer. Please format the cell as text
import-not-only-date = must be a date without a time of day
import-character = has an invisible character ({ $detail }). Please remove it
import-line-break = must be on one line
import-garbled = is garbled: the text went through a wrong encoding
import-missing = is missing
import-not-one-of = can only be one of: { $detail }
import-not-number = must be a whole number, and not too large
import-plain-number = please write the number in plain digits: { $detail }
import-not-flag = can only be 是 or 否 (in JSON true or false)
import-not-text = must be a text
import-not-list = must be a list
import-not-object = must be an object with names
import-not-date = there is no such day: write year-month-day, as in 2026-01-31
import-not-code = a code has only letters, digits and - _ . and is short. If this row is a remark, begin it with #
import-not-reading = must be "word=reading": { $detail }
import-not-option = must be "code=name=English name": { $detail }
import-malformed = has the wrong form
import-field-or-material = one of field and material must be filled in
import-other-title = another English title than in the rows above of the same page
import-no-such-item = no item in the list has this code: { $detail }
import-duplicate = twice
import-no-such = refers to something that is not there: { $detail }
import-still-needed = the files have no { $detail }, which items that stay need: { $items }
import-empty = must not be empty
import-task-code = must be 31 characters: authority (18) + level (1) + basic code (12)
import-catalog-code = must be 12 digits
import-department-code = must be a unified social credit code of 18 characters
import-version = must be a whole number from 1 to { $number }
import-example = does not pass the rules of its field: { $detail }
import-not-asked = the example answers what the form does not ask
import-due-days = a material that may follow needs the working days within which
import-asked-earlier = the question that decides must come earlier
import-no-answer = this condition never holds, as there is no such answer: { $detail }
import-order = the end is before the beginning
import-failed = { $count ->
    [one] { $count } problem; the catalogue is unchanged
   *[other] { $count } problems; the catalogue is unchanged
}
import-overtaken = somebody else published a catalogue meanwhile. Please import again
import-no-version = item { $item } has no higher version left. Please give it another code
import-added = new
import-changed = changed
import-removed = withdrawn
import-difference = { $added } new, { $changed } changed, { $removed } withdrawn. The catalogue is unchanged
import-no-difference = the same as the present catalogue

phone-title = Your application
phone-loading = Looking it up…
phone-noscript = Please turn on JavaScript in your browser to see where your application stands.
phone-again = Check again
phone-foot = Questions? Tell the hall's staff your registration number.
phone-mark-state = Progress
phone-mark-receipt = Receipt
phone-mark-line = Network
phone-wrong = This is not a valid receipt
phone-wrong-more = The code may not have been scanned whole, or the receipt is not from this hall. Please scan the code on the receipt again.
phone-none = Scan the code on your receipt
phone-none-more = This page opens from the code on a receipt, which says which application to look up.
phone-failed = Cannot look it up just now
phone-failed-more = Your phone cannot reach the hall. Check your connection and try again a little later.
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
