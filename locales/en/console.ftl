# The frame of the pages for staff, and their errors

console-skip = Skip to the page
console-sections = Parts of the console
console-section-staff = Staff
console-sign-out = Sign out
console-home = To the beginning

console-error-not-found = There is no such page
console-error-not-found-what = Nothing is at this address, or not any more.
console-error-not-found-advice = Check the address, or begin again from the first page.
console-error-forbidden = You may not do this
console-error-forbidden-advice = If it is part of your work, ask an administrator for the role.
console-error-forbidden-role = This page is for other roles than yours.
console-error-forbidden-department = Your role does not hold for this department.
console-error-forbidden-whole-hall = Your role holds for your departments, not for the whole hall.
console-error-forbidden-member = This person has roles outside your departments.
console-error-forbidden-self = Nobody disables or resets their own account. Another administrator can.
console-error-signed-out = You are signed out
console-error-signed-out-what = Your session is over, so nothing was sent.
console-error-signed-out-advice = What you typed is still there: sign in on a new page, then go back in your browser and send it again.
console-error-signed-out-link = Sign in on a new page
console-error-other-site = This request came from another site
console-error-other-site-what = It was not sent by a page of this hall, so nothing was done.
console-error-other-site-advice = If you were sent here by a link, do not follow it again. Otherwise begin from the first page.
console-error-form = This form cannot be read
console-error-form-what = Something in it is missing or has a form that no page of ours sends; nothing was done.
console-error-form-advice = Go back, load the page again and send it once more.
console-error-too-large = That is too much at once
console-error-too-large-what = More was sent than this form takes; nothing was done.
console-error-too-large-advice = Go back and send less.
console-error-conflict = Somebody was here before you
console-error-conflict-advice = Nothing of yours was done. Go back and load the page again to see how it is now.
console-error-too-many = Too many requests
console-error-too-many-what = { $seconds ->
    [one] Please try again in 1 second.
   *[other] Please try again in { $seconds } seconds.
}
console-error-too-many-advice = Nothing was done.
console-error-unavailable = This does not work just now
console-error-unavailable-what = The hall cannot do this at the moment; nothing was done.
console-error-unavailable-advice = Try again in a minute. If it goes on, tell whoever looks after the hall.
