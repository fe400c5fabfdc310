# A ticket on a phone

ticket-page-title = Your number
ticket-page-loading = Looking it up…
ticket-page-noscript = Please turn on JavaScript in your browser to see how the queue stands.
ticket-page-none = Scan the code on your ticket
ticket-page-none-more = This page opens from the code on a ticket.
ticket-page-wrong = This is not a valid ticket
ticket-page-wrong-more = The code may not have been scanned whole, or the ticket is not from this hall. Scan it again, or ask the staff.
ticket-page-failed = Cannot look it up just now
ticket-page-failed-more = Your phone cannot reach the hall. This page tries again by itself; the boards in the hall are what counts.
ticket-page-yours = Your number
ticket-page-valid-today = for today
ticket-page-valid-on = for { $day }/{ $month }
ticket-page-ahead = { $people ->
    [0] You are next
    [one] 1 person is before you
   *[other] { $people } people are before you
}
ticket-page-wait = You will be called in about { $low }–{ $high } minutes ({ $from }–{ $to })
ticket-page-wait-up-to = You will be called within { $high } minutes (before { $to })
ticket-page-go = Come now
ticket-page-go-more = Please wait in the hall and watch the board.
ticket-page-stay = No need to leave yet
ticket-page-leave-at = It is enough to leave at about { $time }.
ticket-page-distance = How far are you from the hall?
ticket-page-distance-0 = I am here
ticket-page-distance-10 = 10 minutes
ticket-page-distance-20 = 20 minutes
ticket-page-distance-40 = 40 minutes
ticket-page-called = Please go to { $window }
ticket-page-called-more = You are being called. If you cannot make it, tell any window later: your place is kept.
ticket-page-serving = You are being served at { $window }
ticket-page-parked = Finish what you are at
ticket-page-parked-more = Your place is kept. Tell the window when you are done, and you will be called again.
ticket-page-missed = You were called
ticket-page-missed-more = Your place is kept: tell any window in the hall, and you will be called again.
ticket-page-done = All done
ticket-page-done-more = Thank you for waiting.
ticket-page-left = This number was given up
ticket-page-left-more = If you still need to come, take a new number.
ticket-page-carried-over = Moved to { $day }/{ $month }
ticket-page-carried-over-more = On that day scan your ticket at a terminal or window in the hall. You keep the place that you had.
ticket-page-where = Where to go
ticket-page-remind = Remind me when it is time
ticket-page-reminding = It will vibrate and ring when it is time: keep this page open
ticket-page-cancel = Give up this number
ticket-page-cancel-ask = Your place will be gone. Give it up?
ticket-page-cancel-yes = Give it up
ticket-page-cancel-no = Keep it
ticket-page-updated = Updated { $time } · this page refreshes itself
