# The queue: set-up, numbers, calls

queue-name = give a name, without control characters
queue-day-starts = write a time before noon, such as 00:00 or 04:00
queue-hours = write from when to when the hall is open, such as 09:00-17:00
queue-last-number = write a time within the opening hours, such as 16:30
queue-breaks = write breaks within the opening hours that do not overlap, such as ["12:00-13:00"]
queue-no-groups = there is no group. Write [groups.A]
queue-no-windows = there is no window. Write [windows.1] and groups = ["A"]
queue-too-many = at most { $count }
queue-code = a code has 1 to 16 letters, digits, - and _
queue-prefix = write one or two capital letters other than I and O as its prefix, such as prefix = "A"
queue-prefix-twice = group { $other } has this prefix too. Give each group its own
queue-item-twice = item { $item } is in group { $other } too. Keep it in one
queue-window-without-groups = the window serves no group. Write groups = ["A"]
queue-group-twice = group { $group } is there twice
queue-no-such-group = there is no group { $group }. The groups are: { $known }
queue-group-without-window = no window serves this group. Add it to the groups of a window
queue-unchanged = { $count ->
    [one] { $count } problem; the set-up is unchanged
   *[other] { $count } problems; the set-up is unchanged
}
queue-set-up = set up: { $groups ->
    [one] 1 group
   *[other] { $groups } groups
}, { $windows ->
    [one] 1 window
   *[other] { $windows } windows
}, at most { $bound } priority calls in a row
queue-would-set-up = valid: { $groups ->
    [one] 1 group
   *[other] { $groups } groups
}, { $windows ->
    [one] 1 window
   *[other] { $windows } windows
}, at most { $bound } priority calls in a row. Nothing was changed
queue-rule = people with priority come first, but never more than { $bound } in a row while somebody else waits
queue-unclosed = people still have places on earlier days: { $days }. Close them with `queue close-day DAY`
queue-taken = { $number }: { $ahead ->
    [0] nobody is before you
    [one] 1 person is before you
   *[other] { $ahead } people are before you
}, about { $low } to { $high } minutes; window { $windows }
queue-called = { $number } to window { $window }
queue-why-next = has waited longest
queue-why-priority-first = has priority
queue-why-bound-reached = comes now, before people with priority: so many of those have been called in a row
queue-why-chosen = was called by number
queue-nobody = nobody waits for window { $window } ({ $parked } parked, { $missed } missed: they come when called by number; { $elsewhere } wait for other groups)
queue-is-waiting = { $number } waits
queue-is-called = { $number } is called
queue-is-serving = { $number } is being served
queue-is-parked = { $number } is parked
queue-is-missed = { $number } did not come
queue-is-done = { $number } is served
queue-is-left = { $number } is out of the queue
queue-is-carried-over = { $number } waits for another day
queue-day-closed = { $day } is closed; { $people ->
    [0] nobody had a place any more
    [one] 1 place has ended
   *[other] { $people } places have ended
}
queue-day-carried-over = { $day } is closed; { $people ->
    [0] nobody had a place any more
    [one] 1 place holds for { $to }
   *[other] { $people } places hold for { $to }
}
queue-day-open = { $day } is open
queue-slots = write the slots of a day that do not overlap, such as ["09:00-09:30", "09:30-10:00"]
queue-booked = booked for { $day } { $from }: { $booking }
queue-booking-cancelled = the booking { $booking } of { $day } { $from } is given back
queue-booking-used = the booking { $booking } of { $day } { $from } was used
