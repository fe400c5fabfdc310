# Signing in, one's own account, and the accounts of staff

staff-sign-in = Sign in
staff-sign-in-send = Sign in
staff-login-name = Login name
staff-password = Password
staff-first-link = I have a one-time code and no password yet
staff-forgotten = Password forgotten? An administrator can give you a new one-time code.
staff-sign-in-wrong = Login name or password is wrong. Check both and try again.
staff-wait = { $seconds ->
    [one] There were too many wrong tries. Please try again in 1 second.
   *[other] There were too many wrong tries. Please try again in { $seconds } seconds.
}
staff-busy = Many people are signing in just now. Please try again in a few seconds.

staff-first = First sign-in
staff-first-what = With the one-time code from your administrator you choose your own password.
staff-one-time-code = One-time code
staff-new-password = New password
staff-password-again = New password once more
staff-password-rule = At least 10 characters. A short sentence is easy to remember and hard to guess.
staff-first-send = Set password and sign in
staff-has-password = I have a password already
staff-first-wrong = Login name or one-time code is wrong, or the code is used up or too old. Check both; an administrator can give you a new code.
staff-password-differs = The two new passwords are not the same. Type both again.
staff-password-short = The new password is too short: at least 10 characters.
staff-password-long = The new password is too long: at most 128 characters.
staff-password-easy = The new password is too easy to guess: no row such as 1234567890, no few characters again and again, not your login name.

staff-code = Second factor
staff-code-what = Open the authenticator app on your phone and type the six digits that it shows for this hall.
staff-code-label = Code from the app
staff-code-wrong = This code does not fit. Wait for the next one in the app and type that.
staff-code-lost = Phone lost? An administrator can reset your account.
staff-other-person = Sign in as somebody else

staff-totp = Second factor
staff-totp-new = Set up a second factor
staff-totp-why = With a second factor nobody signs in as you who only knows your password.
staff-totp-required = Your roles need a second factor: who only knows your password must not be able to sign in as you.
staff-totp-qr = Code for the camera of the authenticator app
staff-totp-step-app = Open an authenticator app on your phone.
staff-totp-step-scan = Have it scan the code, or type account and key yourself.
staff-totp-account = Account
staff-totp-key = Key
staff-totp-step-code = Type the six digits that the app shows now.
staff-totp-send = Turn it on
staff-totp-later = Not now
staff-totp-on = On
staff-totp-on-what = Signing in asks for a code of your app too.
staff-totp-off = Off
staff-totp-remove = Turn it off
staff-totp-replace = Set up another phone

staff-account = My account
staff-change-password = Change password
staff-change-password-others = Other browsers in which you are signed in are signed out then.
staff-present-password = Present password
staff-password-confirm = Your password, to make sure that it is you
staff-password-wrong = The present password is wrong.
staff-done-password = Your password is changed. Other browsers are signed out.
staff-done-second-factor = The second factor is off.
staff-sessions = Where I am signed in
staff-session-begun = Since
staff-session-used = Last used
staff-session-which = Which one
staff-session-this = This browser
staff-sign-out-everywhere = Sign out everywhere

staff-list = Staff
staff-list-empty = Nobody works in your departments yet. Begin by adding somebody.
staff-list-first = First page
staff-list-next = Next page
staff-name = Name
staff-role = Role
staff-roles = Roles
staff-department = Department
staff-state = State
staff-enabled = Active
staff-disabled = Disabled
staff-disabled-since = Disabled since { $time }
staff-whole-hall = Whole hall
staff-whole-hall-what = for all departments, and what belongs to none
staff-which-department = Say for which department, or tick the whole hall.
staff-department-or-hall = Either one department or the whole hall, not both.
staff-cancel = Cancel

staff-role-receive = Receive
staff-role-decide = Decide
staff-role-issue = Issue
staff-role-supervise = Supervise
staff-role-administer = Administer
staff-role-help-receive = checks applications, accepts them, asks for supplements
staff-role-help-decide = grants or refuses
staff-role-help-issue = hands results over or posts them
staff-role-help-supervise = sees what is late and why, and who looked at what
staff-role-help-administer = looks after staff and settings

staff-new = Add somebody
staff-new-what = They choose their password themselves, with a one-time code that you see next.
staff-new-send = Add and make the code
staff-name-rule = As colleagues see it: at most 40 characters.
staff-login-name-rule = 2 to 32 of a-z, 0-9, . - and _; capitals do not count.
staff-department-rule = The department's code, as the service items have it.
staff-bad-name = The name has 1 to 40 characters, none of them invisible.
staff-bad-login-name = The login name has 2 to 32 of a-z, 0-9, . - and _, and begins with a letter or digit.
staff-bad-department = The department's code has 1 to 32 letters, digits, - and _.
staff-no-role = Choose at least one role.
staff-login-name-taken = Somebody has this login name. Choose another.

staff-code-made = One-time code
staff-code-made-what = Give this to { $name } in person. They open this console and choose "I have a one-time code".
staff-code-until = Good until
staff-code-made-once = The code is shown this once. If it is lost, make a new one with "Reset".
staff-code-made-done = Done

staff-grant = Give a role
staff-revoke = Take away
staff-last-role = This is their last role. Disable the account instead.
staff-self = This is your own account. Password and second factor are under "My account"; your administrator role can be taken by another administrator only.
staff-reset = Reset
staff-reset-what = Password forgotten or phone lost: the present password and second factor are forgotten, all browsers are signed out, and you get a new one-time code.
staff-disable = Disable
staff-disable-what = When somebody leaves: they are signed out everywhere at once and cannot sign in again. What they held goes back to their group.
staff-enable = Enable again
staff-enable-what = They can sign in again and have the roles that are shown here.
