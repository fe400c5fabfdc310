# What is on every page

bar-home = Home
bar-back = Back
bar-display = Display
pager-position = Page { $page } of { $pages } · { $total } in all
pager-pages = Page { $page } of { $pages }
pager-before = Previous
pager-after = Next

keyboard-space = Space
keyboard-more = More
keyboard-clear = Clear
keyboard-hide = Hide
keyboard-symbols = Sym
keyboard-digits = 123
keyboard-pinyin = 拼音
keyboard-letters = abc
keyboard-back = Back
keyboard-hint = Type pinyin, for example shenfenzheng

# Window and status strip
window-title = Bianmin self-service terminal
status-place = Bianmin · { $place }
status-online = Online
status-sending = Online · sending { $waiting }
status-offline = Works offline
status-offline-waiting = Works offline · { $waiting } to send
status-revoked = Out of service
status-revoked-waiting = Out of service · { $waiting } not sent
status-unconfirmed = Closed until the hall is reached
status-printer-ready = Printer ready
status-printer-paper-low = Paper running low
status-printer-paper-out = Printer out of paper
status-printer-cover-open = Printer cover open
status-printer-failed = Printer fault
status-clock = { $weekday } { $day }/{ $month } { $time }
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun

# Still there?
warning-title = Are you still there?
warning-text = { $seconds ->
    [one] This ends in { $seconds } second and erases what you entered.
   *[other] This ends in { $seconds } seconds and erases what you entered.
}
warning-continue = Yes, continue
warning-leave = No, leave now

# Display
display-title = What is easiest to read?
display-normal = Standard text
display-large = Large text
display-contrast = Colours
display-standard = Standard
display-black-on-white = Black on white
display-white-on-black = White on black
display-yellow-on-black = Yellow on black
display-position = Position
display-full = Full screen
display-low = Lower down
display-done = Done

# Waiting
idle-title = Can we help you?
idle-touch = Touch the screen anywhere to begin
idle-find = What to bring, how long, what it costs
idle-apply = Fill in a form here and get a receipt
idle-apply-no-printer = Fill in a form here and get a number
idle-progress = Check on your application
idle-counter = Staff at the counter are glad to help

# Home
home-title = Hello! What can we do for you?
home-search = What do you need? For example "lost ID card"
home-do = Find a service
home-do-hint = Guides and applications
home-progress = Check status
home-progress-hint = By receipt or QR code
home-progress-hint-number = By number
home-events = Life events
home-events-hint = Marriage, birth, retiring
home-help = Help
home-help-hint = How to, who can help
home-themes = By topic
home-life-events = What has happened?
home-more-events = More…
home-intake-closed-full = You cannot apply here right now
home-intake-closed-revoked = This terminal is out of service: you cannot apply here
home-intake-closed-unconfirmed = You can apply once the hall has been reached
home-intake-closed-hint = Guides still work. To apply, please go to the counter or to another terminal.
home-as-of = { $items ->
    [one] { $items } service, updated { $day }/{ $month } { $time }
   *[other] { $items } services, updated { $day }/{ $month } { $time }
}
home-no-catalogue = The list of services is not here yet
home-no-catalogue-hint = It is downloaded when the network is back. For now please go to the counter.

# Search
search-title = What do you need?
search-all = { $items ->
    [one] { $items } item
   *[other] All { $items } services, most common first
}
search-found = { $items } found
search-longest = No more than { $longest } characters fit
search-nothing = Nothing found
search-nothing-hint = Try other words, or one of these
search-themes = By topic
search-counter = Not sure what it is called? Ask at the staffed counter
search-again = Type again

# Themes, life events, lists
browse-themes = By topic
browse-themes-hint = Choose a topic first
browse-events = What has happened?
browse-events-hint = Choose one to see what to do, in order
browse-all = See all { $items }
listing-all = Full list
listing-count = { $items ->
    [one] { $items } item
   *[other] { $items } items
}
listing-empty = There is nothing here yet
listing-search = Search instead

# Items
item-at-once = At once
item-working-days = { $days ->
    [one] { $days } working day
   *[other] { $days } working days
}
item-calendar-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
item-free = Free
item-has-fee = Fees, see the guide
item-direct = Done here
item-apply = Apply here
item-guide-only = Guide only
item-detail = { $limit } · { $fee }

# Guide
guide-full = The full guide
guide-more = The full guide
guide-apply = Start applying
guide-counter = This is done at the staffed counter
guide-how-long = How long
guide-limit = { $promised } (by law { $statutory })
guide-how-much = How much
guide-visits = Visits
guide-visits-times = { $times ->
    [0] None
    [one] { $times } visit
   *[other] { $times } visits
}
guide-result = You get
guide-where = Counter
guide-bring = { $count ->
    [one] Bring { $count } document
   *[other] Bring { $count } documents
}
guide-how = What to do
guide-chinese-only = Some of this is in Chinese only. The staff at the counter will help
guide-none = None
guide-conditions = Conditions
guide-materials = Documents
guide-flow = Steps
guide-limits = Time limits
guide-fees = Fees and their basis
guide-basis = Legal basis
guide-certificate = Result
guide-forms = Form
guide-example = Example
guide-example-hint = Every field of the form comes with an example.
guide-notes = Please note
guide-contact = Counter: { $address }. Hours: { $hours }. Questions: { $contact }. Complaints: { $supervision }.
material-required = Required
material-may-follow = Can wait
material-original = original
material-copy = copy
material-electronic = file
material-line = { $number }. { $name } ({ $form }, { $pages }; { $need }) { $accept }

# Help
help-title = How does this machine work?
help-begin = Begin
help-find = 1. Find what you need
help-find-hint = By words, pinyin or initials, or by topic
help-read = 2. See what to prepare
help-read-hint = What to bring, how long, how much: on one page
help-fill = 3. Fill in and send
help-fill-hint = Use the keyboard on the screen; examples are shown
help-receipt = 4. Take the receipt
help-receipt-hint = Check progress with its number or QR code
help-number = 4. Note the number
help-number-hint = Write it down or photograph the code to check progress
help-counter = Rather talk to somebody?
help-counter-hint = You can apply at the staffed counter instead
help-counter-where = { $counter }, { $hours }. You can also apply there
help-counter-where-only = { $counter }. You can also apply there
help-counter-telephone = Telephone: { $telephone }
help-offline = Works without a network
help-offline-hint = Applications are kept here and sent later. No need to come again
help-privacy = Your data does not stay here
help-privacy-hint = What you entered is erased when you leave
help-eyes = Hard to read or to reach?
help-eyes-hint = "Display" at the bottom right: large text, colours, lower position
help-eyes-hint-landscape = "Display" at the bottom right: large text, colours

guide-print = Print this guide

# Paper that was asked for
paper-printing = Printing
paper-printed = Printed, please take it
paper-waiting = The printer has stopped: { $why }
paper-waiting-hint = Please tell the staff; then it prints by itself
paper-not-printed = It was not printed: { $why }
paper-cannot = Cannot print now: { $why }
paper-instead = Photograph the screen, or print at another terminal
paper-unknown = We do not know if it was printed
paper-unknown-hint = Please look at the slot; if it is empty, press again

## The window of a terminal that cannot work yet
setup-title = This terminal cannot be used yet
setup-resident = Please go to a staffed counter, or use another terminal.
setup-technician = For the technician
setup-unenrolled = This terminal is not enrolled yet. Get a one-time code from the hall, then run:
setup-enrol = bianmin-kiosk enrol --hall ADDRESS --code CODE
setup-settings = The settings file { $path } has mistakes. Correct them and check:
setup-check = bianmin-kiosk config check
setup-doctor = bianmin-kiosk doctor
setup-again = It continues by itself after that; nothing needs to be started.
