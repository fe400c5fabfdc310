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

health-printer-paper-low = Have a new roll ready
health-printer-paper-out = Insert paper, coated side towards the head, and close the cover
health-printer-cover-open = Close the cover until it clicks
health-printer-jam = Open the cover, take the stuck paper out, close it
health-printer-cutter = Open the cover and turn the cutter's wheel until it is free
health-printer-fault = Let it cool down, then switch it off and on
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
health-paper-advice-slip = Have a new roll ready; after changing it press “New roll is in”
health-paper-advice-page = Fill up with A4 paper, then press “A4 filled up”

health-journal = The end of every job is known
health-journal-unknown = { $count ->
    [one] Nobody knows whether { $count } job came out
   *[other] Nobody knows whether { $count } jobs came out
}
health-journal-advice = Say for each in maintenance whether it came out
health-disk = Room for applications
health-disk-full = Full: no applications are taken
health-disk-advice = Remove other files or fit a larger disk
health-ledger = { $waiting } waiting, { $acknowledged } acknowledged, { $quarantined } quarantined
health-ledger-advice = See outbox list; put the cause right, then outbox retry
health-ledger-missing = { $count ->
    [one] { $count } accepted application cannot be read any more: the disk has damaged it
   *[other] { $count } accepted applications cannot be read any more: the disk has damaged them
}
health-ledger-missing-advice = Keep the folders damaged-*, ask the hall which numbers it misses, and fit another disk
health-catalogue = Revision { $revision }, { $items } items
health-catalogue-none = None yet
health-catalogue-advice = Connect the network and run sync --once
health-clock = Right
health-clock-behind = It is slow: before the catalogue was published
health-clock-advice = Set it, and switch network time on
health-hall = Reached, version { $version }
health-hall-silent = It does not answer
health-hall-unreachable = It cannot be reached: { $error }
health-hall-revoked = It has revoked this terminal
health-hall-stranger = It does not know this terminal
health-hall-stranger-advice = Check the hall's address; was it restored from an older backup, ask for a code and run enrol --replace
health-hall-advice = Check cable, router and the hall's address; applications are taken and wait
health-pin = Set
health-pin-unset = Not set: maintenance stays closed
health-pin-advice = Set it with bianmin-kiosk pin set
