# The hall: records, imports, the phone page

hall-name = Government Service Hall
remark-unreadable-file = One of the files cannot be opened. Please hand it in again at the hall.

import-place = { $place } row { $row }
import-unreadable = cannot be read: { $detail }
import-malformed = missing or not as it must be: { $detail }
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
