# Words on slips

slip-receipt-title = Registration slip
slip-receipt-clock = The time limit starts when the hall receives your application, not when this slip is printed.
slip-not-acceptance = This is not a notice of acceptance.
slip-registration = Registration number
slip-item = Service
slip-applicant = Applicant
slip-time = Registered
slip-place = Place
slip-next = What happens next
slip-step-send = To the hall
slip-step-send-sending = Sent automatically; no need to wait
slip-step-send-waiting = Sent automatically when the network is back; no need to wait
slip-step-send-received = The hall has it; the time limit has started
slip-step-send-set-aside = The hall did not take it. Take this slip to a counter
slip-step-send-stranded = Not sent: this terminal is out of service. Take this slip to a counter
slip-step-received = The hall receives it, the clock starts
slip-step-received-at-once = Decided at once when the hall receives it
slip-step-received-working = Promised within { $days } working days
slip-step-received-calendar = Promised within { $days } days
slip-step-bring = Bring what is missing
slip-step-bring-detail = As you promised, bring the papers listed below to a counter
slip-step-pay = Pay
slip-step-pay-fee = { $name }: { $standard }
slip-step-pay-counter = At the counter: { $address }
slip-step-pay-online = At the counter ({ $address }), or online
slip-step-result = Collect the result
slip-step-result-detail = { $result }, at the counter
slip-step-result-post = { $result }, at the counter or by post
slip-step-result-posted = The result comes by post
slip-step-result-posted-detail = { $result }, to the address you gave
slip-bring = To bring later
slip-bring-item = { $name } (within { $days } working days after the hall has received it)
slip-ask = Where to ask
slip-counter = Counter
slip-hours = Open
slip-telephone = Telephone
slip-qr = Scan to check progress
slip-qr-stranded = For the staff at the counter
slip-reprint = Reprint · copy { $copy } · { $time }
slip-keep = Keep this slip. Scan its code to check progress, or use its number with the last four of your ID or telephone.
slip-keep-stranded = Keep this slip and take it to the staffed counter.
slip-test-title = Printer test page
slip-test-text = If this page is clear, whole and cleanly cut, the printer is fine.

# One material
slip-material-copies = { $form } × { $pages }
slip-list-separator = {"; "}
slip-department = Department

# Guide
slip-guide-from = Service guide · { $department }
slip-guide-nothing-to-bring = You need not bring anything.
slip-guide-questions = Common questions
slip-guide-clock = The clock starts when the hall receives the application.
slip-guide-reduction = Reduced or free
slip-guide-fee-basis = Basis of the fee
slip-guide-supervision = Complaints
slip-guide-area = Where it can be done
slip-guide-foot = Printed on { $date } at { $place } · service { $code }, version { $version }. If anything has changed, the counter's word counts. Legal texts are in Chinese only.

# Filled-in form
slip-form-title = Application form
slip-form-not-registered = Not registered yet
slip-form-material = Document
slip-form-wanted = Needed
slip-form-handed-in = Given
slip-form-attached = Photo attached
slip-form-have = Brought, to be checked
slip-form-promised = Promised for later
slip-form-missing = Not yet
slip-form-declaration = Declaration
slip-form-declaration-text = I filled in or checked the above. It is true and complete. I know that false statements have legal consequences.
slip-form-sign = Signature
slip-form-date = Date
slip-form-foot = Printed on { $date } at { $place }. This form holds your personal data: keep it safe. It is not a notice of acceptance.

# One-time notice
slip-notice-title = What is still missing
slip-notice-time = Checked
slip-notice-count = { $count ->
    [1] 1 thing is missing
   *[other] { $count } things are missing
}
slip-notice-all = Everything that is missing is listed above. Bring it all and you need to come only once more.
slip-notice-nothing = Nothing is missing. You can hand in your application.
slip-notice-when-applying = when applying
slip-notice-within = within { $days } working days after the hall has received it
slip-notice-foot = Bring this slip along. Tick each box when you have it ready.

# Queue ticket
slip-ticket-title = Your queue number
slip-ticket-sample = Sample · not a place in a queue
slip-ticket-sample-business = General business (sample)
slip-ticket-business = For
slip-ticket-ahead = Before you
slip-ticket-ahead-people = { $count ->
    [0] nobody
    [1] 1 person
   *[other] { $count } people
}
slip-ticket-time = Taken
slip-ticket-wait = Please wait for your number
slip-ticket-wait-at = Please wait for your number at { $place }
slip-ticket-foot = If you missed your number, tell the staff.

# Test page, technician's report
slip-test-time = Printed
slip-test-qr = Scans as BIANMIN TEST
slip-report-title = Service report
slip-report-terminal = Terminal
slip-report-time = Checked
slip-report-all-well = All OK, nothing to do.
slip-report-to-do = { $count ->
    [1] 1 thing to do
   *[other] { $count } things to do
}
slip-report-well = OK
slip-report-sign = Technician

# Copy of an electronic licence
slip-licence-copy = Copy
slip-licence-check = Scan to check it
slip-licence-not-original = This is a copy. What the scan shows is what counts.
slip-licence-foot = Printed on { $time } at { $place }
