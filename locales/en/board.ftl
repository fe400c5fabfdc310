# The board

board-title = Now calling
board-last = Called before
board-groups = How long it takes from now
board-go = Please go to
board-window = window { $window }
board-group = Group { $group }
board-of-day = number of { $day }/{ $month }
board-nobody = Nobody has been called yet
board-waiting = { $people ->
    [0] Nobody waiting
   *[other] { $people } waiting
}
board-free = No wait
board-wait = about { $low }–{ $high } min
board-wait-up-to = up to { $high } min
board-class-elderly = the elderly
board-class-disabled = disabled people
board-class-pregnant = pregnant women
board-class-with-baby = people with babies
board-class-military = military
board-class-fire-rescue = fire and rescue
board-class-booking = bookings
board-list = { ", " }
board-rule = First: { $classes }; at most { $bound } in a row while others wait
board-rule-none = First come, first served
board-missed = Missed it? Tell any window: your place is kept
board-closed-day-off = Closed today
board-closed-not-yet = Numbers from { $time } on
board-closed-too-late = Last number was given at { $time }
board-heard = Updated { $seconds } s ago
board-heard-now = Updated just now
board-lost = No word from the hall for { $seconds } s, reconnecting; please listen for staff
board-connecting = Connecting to the hall
board-noscript = The board needs JavaScript in the browser.
