# How each part is and what to do: doctor, maintenance and the printed report

health-part-configuration = Configuration
health-part-terminal = Terminal
health-part-printer = Receipt printer
health-part-page-printer = A4 printer
health-part-journal = Print journal
health-part-disk = Disk
health-part-ledger = Applications
health-part-catalogue = Catalogue
health-part-clock = Clock
health-part-hall = Hall
health-part-pin = PIN

health-configuration = { $place }
health-configuration-wrong = The file is not right: { $error }
health-configuration-advice = Correct the line that is named, then run config check
health-configuration-none = There is no { $path }: the defaults are in use
health-configuration-none-advice = Copy kiosk.toml from kiosk-config and set its panel and printer
health-terminal = { $terminal }
health-terminal-revoked = { $count ->
    [one] { $terminal }: revoked by the hall, takes no applications; { $count } is still here
   *[other] { $terminal }: revoked by the hall, takes no applications; { $count } are still here
}
health-terminal-revoked-advice = Ask the hall for a code and run enrol --replace; or carry what is here with outbox export
health-terminal-unconfirmed = { $terminal }: its folder is a copy or was put back, so no numbers are given
health-terminal-unconfirmed-advice = Connect the network and run sync --once; never run a folder and its copy
health-terminal-closed = Its data cannot be opened: { $error }
health-terminal-advice = Enrol it with enrol if it never was; otherwise check the data folder and its permissions
health-terminal-new = It is not enrolled yet
health-terminal-new-advice = Run bianmin-kiosk enrol --hall URL --code CODE with a code from the hall
health-data-folder = { $folder } cannot be written by this user
health-data-folder-advice = Run the command as the service's user (runuser -u bianmin -- …), or give the folder to it
health-printer-unusable = It cannot be used: { $error }

health-printer-paper-low = Have a new roll ready
health-printer-paper-out = Insert paper, coated side towards the head, and close the cover
health-printer-cover-open = Close the cover until it clicks
health-printer-jam = Open the cover, take the stuck paper out, close it
health-printer-cutter = Open the cover and turn the cutter's wheel until it is free
health-printer-fault = Let it cool down, then switch it off and on
health-printer-wrong-format = It knows no PDF: enable PDF on the printer, or print through a CUPS queue that converts
health-printer-offline = Check power and cable, then the address in kiosk.toml
health-printer-unknown = Print a test page and look at it
health-printer-absent = Receipts are shown on the screen and on the phone only

health-page-printer-none = No A4 printer: guides and notices come from the receipt printer, forms are not printed
health-paper-slip = { $count ->
    [one] About { $count } more slip
   *[other] About { $count } more slips
}
health-paper-page = { $count ->
    [one] About { $count } more document
   *[other] About { $count } more documents
}
health-paper-until-slip = { $count ->
    [one] About { $count } more slip; used up about { $day }/{ $month } at the present use
   *[other] About { $count } more slips; used up about { $day }/{ $month } at the present use
}
health-paper-until-page = { $count ->
    [one] About { $count } more document; used up about { $day }/{ $month } at the present use
   *[other] About { $count } more documents; used up about { $day }/{ $month } at the present use
}
health-paper-advice-slip = Have a new roll ready; after changing it press "New roll is in"
health-paper-advice-page = Fill up with A4 paper, then press "A4 filled up"

health-journal = Every job is accounted for
health-journal-unknown = { $count ->
    [one] Not known whether { $count } job came out
   *[other] Not known whether { $count } jobs came out
}
health-journal-advice = Say for each in maintenance whether it came out
health-disk = Room for applications
health-disk-full = Full: no applications are taken
health-disk-advice = Remove other files or fit a larger disk
health-ledger = { $waiting } waiting, { $acknowledged } acknowledged, { $quarantined } quarantined
health-ledger-advice = See outbox list; correct the cause, then outbox retry
health-ledger-missing = { $count ->
    [one] { $count } accepted application cannot be read any more: the disk has damaged it
   *[other] { $count } accepted applications cannot be read any more: the disk has damaged them
}
health-ledger-missing-advice = Keep the folders damaged-*, ask the hall which numbers it misses, and fit another disk
health-catalogue = Revision { $revision }, { $items } items
health-catalogue-none = None yet
health-catalogue-advice = Connect the network and run sync --once
health-clock = Right
health-clock-unchecked = Not checked: only the hall's clock can show it
health-clock-behind = It is slow: before the catalogue was published
health-clock-unlike-hall = It is more than two minutes away from the hall's
health-clock-advice = Set it, and switch network time on
health-hall = Reached, version { $version }
health-hall-silent = It does not answer
health-hall-unreachable = It cannot be reached: { $error }
health-hall-revoked = It has revoked this terminal
health-hall-stranger = It does not know this terminal
health-hall-stranger-advice = Check the hall's address; if it was restored from a backup, get a code and run enrol --replace
health-hall-unknown-host = The name in its address is unknown
health-hall-unknown-host-advice = Check the spelling of the address, then the network's name server; applications are taken and wait
health-hall-refused = A machine is there, but no hall listens at this port
health-hall-wants-tls = The port is encrypted, but the address begins with http://
health-hall-wants-tls-advice = Write https:// in the hall's address
health-hall-is-plain = The port is not encrypted, but the address begins with https://
health-hall-is-plain-advice = Check the port in the hall's address; behind a proxy it is usually 443
health-hall-proxy = It is not reached through the proxy that { $variable } names
health-hall-proxy-advice = Correct or remove the variable, or add the hall's host to NO_PROXY
health-hall-other = Something that is not the hall answers (status { $status })
health-hall-other-advice = Check the address. On a guest network somebody may have to sign in first
health-hall-setting-advice = Correct kiosk.toml, then run config check; applications are taken and wait
health-hall-expired = Its certificate is not valid any more by this terminal's clock, { $now }
health-hall-not-yet-valid = Its certificate is not valid yet by this terminal's clock, { $now }
health-hall-dates-advice = If the clock is wrong, set it and switch network time on; otherwise the hall needs a new certificate
health-hall-unknown-authority = Its certificate is signed by an authority that this terminal does not know
health-hall-unknown-authority-advice = Put the authority's certificate (PEM) on this terminal and name it in [hall] ca_file
health-hall-other-name = Its certificate is for another name than its address
health-hall-other-name-advice = Use the name in the certificate as the address, or have a certificate made for this name
health-hall-is-authority = It shows an authority's own certificate, which servers may not use
health-hall-is-authority-advice = Make a certificate for the hall, signed by that authority (CA:FALSE), and give it to the hall
health-hall-certificate = Its certificate is not accepted: { $error }
health-hall-certificate-advice = Have a new certificate made for the hall
health-hall-advice = Check cable, router and the hall's address; applications are taken and wait
health-pin = Set
health-pin-unset = Not set: maintenance stays closed
health-pin-advice = Set it with bianmin-kiosk pin set
