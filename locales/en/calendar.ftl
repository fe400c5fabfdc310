# The working-day calendar: imports, due dates

calendar-no-source = say where the facts are from, for example source = "notice of the State Council of 2026"
calendar-year = a year is written with four digits, from { $from } to { $to }
calendar-date = there is no such day in { $year }. Write month and day with two digits each, such as 01-31
calendar-name = name the holiday that this day belongs to
calendar-both = this day is a holiday and worked as well, both at once. Keep one of the two
calendar-not-weekend = this day is no Saturday or Sunday, so that it is worked anyway. Correct the date or remove it
calendar-no-holidays = the year has worked weekends but no holidays. Add its holidays as well
calendar-few-holidays = the year has { $count } days off; none has had fewer than { $least }. Complete the list: a year replaces the known one whole
calendar-empty = there is no year in it. Write [holidays.2027] and below it a line such as 01-01 = "元旦" for each day off
calendar-unchanged = { $count ->
    [one] { $count } problem; the calendar is unchanged
   *[other] { $count } problems; the calendar is unchanged
}
calendar-no-change = { $years }: all of it was known already
calendar-would-import = { $years }: { $moved ->
    [0] no due date would move
    [one] 1 day would begin or cease to count
   *[other] { $moved } days would begin or cease to count
}. The calendar is unchanged
calendar-imported = { $years } imported: { $moved ->
    [0] no due date moves
    [one] 1 day begins or ceases to count
   *[other] { $moved } days begin or cease to count
}
calendar-unknown-year = no calendar of { $year } is known (known: { $known }). Import it when the State Council's notice is out
calendar-assumed = no calendar of { $years } is known: its days were counted by the week alone, and holidays may move the date
calendar-year-summary = { $year }: { $days } working days, from { $source }
calendar-due = due on { $date }
calendar-stands-still = the clock stands still with { $left ->
    [one] 1 working day
   *[other] { $left } working days
} left
calendar-day-weekday = working day
calendar-day-make-up = worked for { $name }
calendar-day-weekend = weekend
calendar-day-holiday = holiday: { $name }
calendar-day-assumed-weekday = weekday of a year without a calendar: taken for worked
calendar-day-assumed-weekend = weekend of a year without a calendar: taken for free
calendar-day-calendar = day
calendar-day-start = begins: does not count itself
calendar-day-paused = the clock stands still: { $name }
