# Clerks and cases: lists, the case page, notices, supervision

work-section = Cases
work-search = Find a case
work-search-hint = Number, name, ID number, telephone
work-search-go = Find
work-searched-number = Searched by number
work-searched-name = Searched by name (the full name)
work-searched-identity = Searched by identity number
work-searched-phone = Searched by telephone number
work-found-title = Search results
work-lists = Lists of cases
work-mine = Mine
work-list-mine = Waiting for me
work-list-mine-supplement = Waiting for residents
work-list-mine-held = On hold
work-group = My group
work-list-new = New
work-list-processing = In progress
work-list-late = Late
work-list-supplement = Supplement asked for
work-list-decided = To be delivered
work-list-all = All cases
work-supervise = Supervision
work-list-supervision = Time limits
work-summary = { $count ->
    [0] none
    [one] { $count } case
   *[other] { $count } cases, most urgent first
}
work-summary-page = { $count ->
    [one] { $count } on this page
   *[other] { $count } on this page, most urgent first
}
work-filter-item = Item
work-filter-state = State
work-filter-due = Due
work-filter-department = Department
work-filter-all = all
work-filter-due-today = today
work-filter-due-week = within 7 days
work-filter-due-late = late
work-filter-go = Filter
work-key-choose = choose
work-key-open = open
work-keys = All keys
work-nothing = There are no cases here
work-nothing-mine = Take one from "New", or choose another filter.
work-nothing-list = Choose another filter, or look at another list.
work-nothing-found = Check the number. Names, identity numbers and telephone numbers have to be complete. Cases of other departments are not found here.
work-column-choose = Choose
work-column-registration = Registration number
work-column-item = Item
work-column-applicant = Applicant
work-column-state = State
work-column-left = Left
work-column-holder = Clerk
work-column-from = From
work-column-received = Received
work-batch = With those that are ticked:
work-batch-done = { $count ->
    [one] { $count } case done: { $step }
   *[other] { $count } cases done: { $step }
}
work-batch-failed = { $registration }: { $reason }
work-batch-none = No case is ticked yet. Tick some with space or x, and try again.
work-batch-unequal = The cases that are ticked differ in item or state, so they cannot be handled together.
work-further = Further cases

work-state-awaiting-files = Files coming
work-state-received = New
work-state-accepted = Accepted
work-state-not-accepted = Not accepted
work-state-supplement = Supplement
work-state-deciding = In progress
work-state-special-procedure = Special procedure
work-state-granted = Granted, to deliver
work-state-refused = Refused, to deliver
work-state-granted-issued = Granted, issued
work-state-refused-issued = Refused, issued
work-state-delivered = Delivered
work-state-withdrawn = Withdrawn
work-mark-held = On hold: { $reason }
work-mark-late = Late
work-mark-demonstration = Demonstration data

work-left-days = { $days ->
    [one] { $days } working day
   *[other] { $days } working days
}
work-left-calendar-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
work-left-today = Due today
work-left-late = { $days ->
    [one] { $days } day late
   *[other] { $days } days late
}
work-left-still = Clock paused
work-left-done = Decided
work-nobody = Nobody yet

work-previous = Previous
work-next = Next
work-back = To the list
work-applicant = Applicant
work-materials = Materials
work-no-materials = There are no materials to look at
work-turn = turn
work-larger = larger
work-smaller = smaller
work-page-before = page before
work-page-after = next page
work-page = { $name } · page { $page } of { $pages }
work-material-attached = attached
work-material-have = to be shown in person
work-material-promised = may follow
work-material-promised-until = may follow until { $date }
material-other-kind = This file is no photograph, scan or PDF. To be safe it was not opened. Ask the applicant for another one.
material-ambiguous = There is something else mixed into this file. To be safe it was not opened. Ask the applicant for another one.
material-too-large = This file is too large to be drawn. Ask the applicant for a smaller one.
material-damaged = This file is damaged and cannot be opened. Ask the applicant for another one.
material-protected = This PDF has a password. Ask the applicant for one without.
material-no-such-page = There is no such page.
material-busy = Many people are looking at materials. Wait a moment and load the page again.
material-no-tool = This server cannot show PDF yet. Ask the administrator to install poppler-utils.
material-missing = The file is not complete yet.
material-sealed = None of the present keys opens this file. Tell the administrator.
work-unreadable = None of the present keys opens this application. Tell the administrator.

work-yes = yes
work-no = no
work-reveal = show all
work-reveal-reason = Why you look (it is recorded)
work-reveal-go = Show
work-revealed = Shown. Who looked, when and why has been recorded.

work-steps = What comes next
work-no-steps = Nothing is left to do with this case.
work-other-steps = Hand over, hold, note, other…
work-reason = Reason
work-reason-hint = For the applicant, in plain words
work-text-inner = Only staff see this
work-step-take = Take it
work-step-take-says = You handle it; others still see it
work-step-accept = Accept
work-step-accept-says = Work begins, with a notice of acceptance; to be decided by { $date }
work-step-accept-says-plain = Work begins, with a notice of acceptance
work-step-ask-supplement = Ask for a supplement
work-step-ask-supplement-says = Write down everything that is missing; the clock pauses
work-step-ask-supplement-text = What is missing and how to supply it (everything at once)
work-step-ask-supplement-again = Why the last one did not say so
work-step-not-accept = Do not accept
work-step-not-accept-says = Give the reason, and say where to go instead
work-step-begin-decision = Begin the examination
work-step-begin-decision-says = The case is in progress; the clock runs on
work-step-grant = Grant
work-step-grant-says = Decide in favour, with a written decision
work-step-grant-text = What is decided (optional)
work-step-refuse = Refuse
work-step-refuse-says = Decide against; give the reason and say how to appeal
work-step-start-procedure = Special procedure
work-step-start-procedure-says = Hearing, inspection, expert review: outside the limit, and the applicant is told
work-step-start-procedure-name = Which procedure
work-step-end-procedure = End the special procedure
work-step-end-procedure-says = Work goes on, and the clock with it
work-step-issue = Issue
work-step-issue-says = The licence or document is ready to be delivered
work-step-deliver = Deliver
work-step-deliver-says = The applicant has the result; the case is finished
work-step-deliver-how = How it was delivered
work-deliver-collected = collected at the counter
work-deliver-posted = by post
work-deliver-other = otherwise
work-step-hold = Hold
work-step-hold-says = It cannot go on for now; the clock runs on
work-step-resume = Go on
work-step-resume-says = No longer on hold
work-step-note = Note
work-step-note-says = For colleagues; the applicant does not see it
work-step-note-text = Note
work-step-hand-over = Hand over
work-step-hand-over-says = To a colleague, or back to the group
work-step-hand-over-to = To whom
work-hand-over-group = back to the group
work-step-extend = Extend the limit
work-step-extend-says = With approval; the applicant is told the reason
work-step-extend-days = By how many working days
work-step-withdraw = Withdraw
work-step-withdraw-says = The applicant does not want it any more
work-step-reopen = Reopen
work-step-reopen-says = To put an error right; give the reason
work-done = Done: { $step }

work-refusal-role = This step is not part of your duties.
work-refusal-received = You received this case, so somebody else has to decide it.
work-refusal-separation = You have had another duty in this case, so somebody else has to take this step.
work-refusal-decided = You decided this case, so somebody else has to deliver it.
work-refusal-transition = This step is not possible in the present state.
work-refusal-held = { $name } handles this case.
work-error-reason = Please give the reason.
work-error-text = The text is too long, or holds characters that nobody sees. Please shorten it and try again.
work-error-days = A limit is extended once, by 1 to 10 days.
work-error-again = This is the second supplement. Please say why the first one did not ask for this.
work-error-input = Something was not filled in correctly. Please check it and try again.

work-conflict = Somebody was faster, so your step was not taken
work-conflict-kept = What you wrote is still here:

work-clock = Time limit
work-clock-limit-working = { $days ->
    [one] promised within { $days } working day
   *[other] promised within { $days } working days
}
work-clock-limit-calendar = { $days ->
    [one] promised within { $days } day
   *[other] promised within { $days } days
}
work-clock-limit-now = decided at once
work-clock-due = To be decided by { $date }. Days used: { $used }. Days left: { $left }.
work-clock-late = It was to be decided by { $date }, and is late.
work-clock-still = The clock is paused. Working days left: { $left }.
work-clock-done = It is decided, and the clock has stopped.
work-clock-silence = Unless the applicant is told otherwise by { $date }, it counts as accepted.
work-clock-assumed = There is no calendar for { $years }: Monday to Friday are counted, and the limit may move.
work-clock-how = How this is counted

work-notices = Notices
work-history = History
work-case-number = Case number
work-department = Department

work-supervision = Time limits
work-counted = as of { $time }
work-by-department = Open cases by department
work-open = Open
work-near = Due soon
work-late = Late
work-late-title = Late cases
work-late-how = due before today, longest first
work-late-empty = No case is late
work-near-title = Cases that are due soon
work-near-how = a fifth of the limit left, or the last day
work-near-empty = No case is due soon
work-breaches-title = Receiving, deciding and issuing not kept apart
work-breaches-how = checked case by case on the events
work-breaches-empty = None found
work-breach = { $name }: { $duties }
work-repeated-title = More than one supplement
work-repeated-how = everything should be asked for at once
work-repeated-empty = None found
work-repeated = { $count ->
    [one] { $count } supplement
   *[other] { $count } supplements
}

work-notice-acceptance = Notice of acceptance
work-notice-non-acceptance = Decision not to accept
work-notice-supplement = Notice of what is missing
work-notice-grant = Decision: granted
work-notice-refusal = Decision: refused
work-notice-delivery = Record of delivery
work-notice-back = Back to the case
work-notice-print = Print it on A4 with the browser, or save it as PDF.
work-notice-number = Number: { $number }
work-notice-addressee = { $name }:
work-notice-acceptance-text = Your application for "{ $item }" of { $date } is complete and meets the requirements. It has been accepted.
work-notice-acceptance-due = It will be decided by { $date }. Supplements, and times that the law excludes, do not count.
work-notice-non-acceptance-text = Your application for "{ $item }" of { $date } is not accepted, for this reason:
work-notice-supplement-text = For your application for "{ $item }" of { $date } the following is still needed. Please supply all of it at once, at the hall or a terminal. The clock pauses meanwhile:
work-notice-grant-text = Your application for "{ $item }" of { $date } has been examined and is granted.
work-notice-grant-result = You will receive: { $result }
work-notice-refusal-text = Your application for "{ $item }" of { $date } has been examined and is refused, for this reason:
work-notice-remedy = If you disagree with this decision, you may apply for administrative reconsideration within sixty days of receiving it, or bring an action before the people's court within six months.
work-notice-delivery-text = The documents and licences below have been delivered. The recipient is asked to check and sign.
work-notice-fact-registration = Registration number
work-notice-fact-item = Item
work-notice-fact-received = Received by the hall
work-notice-fact-contact = Questions
work-notice-fact-supervision = Complaints
work-notice-fact-document = What was delivered
work-notice-blank-recipient = Recipient's signature
work-notice-blank-date = Date of receipt
work-notice-blank-deliverer = Signature of who delivered

work-keys-everywhere = Every page
work-keys-list = Lists
work-keys-case = The case page
work-key-search = find a case
work-key-help = all keys
work-key-list-back = back to the list
work-key-next-row = next case
work-key-previous-row = previous case
work-key-open-row = open the chosen case
work-key-mark = tick it, to be handled with others
work-key-filter = to the filters
work-key-further = further cases
work-key-step = accept, supplement, grant …: the letter of each step stands at its right. It leads to the step; Enter takes it
work-key-send = send what was written
work-key-leave = leave a text box
work-key-others = hand over, hold, note, other
work-key-turn = turn the material by a quarter
work-key-zoom = larger, smaller
work-key-pages = page before, next page
work-key-clock = how the limit is counted
work-key-neighbours = next and previous case in the list


work-step-answer-supplement = Supplement is here
work-step-answer-supplement-says = What was asked for has come; it is looked at again
work-step-material-received = Material received
work-step-material-received-says = A material that was to follow has come
work-step-material-received-which = Which one
work-who-operator = { $name } at the server
work-who-resident = the applicant
work-who-hall = the system
work-event-opened = Received by the hall; the clock starts
work-event-imported = When records began it was: { $state }
work-event-complete-files = All files have come
work-event-ask-supplement = { $who } asked for a supplement; the clock pauses
work-event-answer-supplement = { $who }: what was asked for has come; the clock goes on
work-event-accept = { $who } accepted it
work-event-accept-silence = Nobody said anything in time, so it counts as accepted
work-event-not-accept = { $who } did not accept it
work-event-begin-decision = { $who } began to examine it
work-event-start-procedure = { $who } began a special procedure ({ $name }); the clock pauses
work-event-end-procedure = { $who } ended the special procedure; the clock goes on
work-event-grant = { $who } granted it
work-event-refuse = { $who } refused it
work-event-issue = { $who } issued it
work-event-deliver = { $who } delivered it
work-event-reopen = { $who } reopened it
work-event-withdraw = { $who }: withdrawn
work-event-remarked = { $who } corrected what the applicant is told
work-event-extended = { $who } extended the limit (days: { $days })
work-event-held = { $who } put it on hold
work-event-resumed = { $who } took it up again
work-event-noted = { $who } made a note
work-event-handed-over = { $who } handed it over to { $name }
work-event-handed-over-group = { $who } gave it back to the group
work-event-taken = { $who } took it
work-event-material-received = { $who }: a material that was to follow has come: { $name }
work-event-material-missed = A material that was to follow did not come in time: { $name }
work-event-set-aside = Another application took its place
work-event-looked = { $who } looked at a masked value
work-duty-reception = receiving
work-duty-decision = deciding
work-duty-issue = issuing
work-duty-supervision = supervising
