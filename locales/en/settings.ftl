# Settings files (kiosk.toml, hall.toml): what is wrong, and what to do

settings-at-line = line { $line }, { $key }: { $problem }
settings-at = { $key }: { $problem }
settings-line = line { $line }: { $problem }
settings-and-more = { $path }: { $problem } ({ $count ->
    [one] and one more problem
   *[other] and { $count } more problems
}; config check names all)

settings-no-file = There is no such file. Copy kiosk.toml from kiosk-config, or name another file
settings-no-permission = It may not be read by this user. Give it to the service's user, or run this with sudo
settings-unreadable = It cannot be read: { $error }
settings-folder = This is a folder. Name a file
settings-too-long = It is longer than { $kilobytes } KB. This is no settings file
settings-utf16 = It is saved as UTF-16. Save it as UTF-8
settings-not-utf8 = It is not saved as UTF-8 (probably as GBK). Save it as UTF-8
settings-not-text = It holds bytes that no text has. Write it anew in a text editor, as UTF-8

settings-twice = This key or section is there twice. Keep one
settings-full-width = { $sign } is a full-width sign. Use the plain quotation marks, = , . and brackets of an English keyboard
settings-open-quote = A quotation mark is missing
settings-no-value = A value is missing after the =
settings-backslash = A backslash begins a special character between double quotation marks. Put the text between ' and ' instead
settings-bare-text = A text stands between quotation marks, a number without letters
settings-no-equals = A line says key = value, or is a [section], or begins with #
settings-syntax = This is not TOML: { $detail }

settings-unknown-key = There is no such key here. The keys here are { $known }
settings-unknown-key-near = There is no such key here. { $near } was probably meant
settings-unknown-key-none = There is no such key here
settings-missing-key = { $missing } is missing here
settings-unknown-choice = { $value } is none of { $known }
settings-expected-count = { $found } is no whole number from 0 up
settings-expected-number = { $found } is no number
settings-expected-boolean = { $found } is neither true nor false (without quotation marks)
settings-expected-text = { $found } is no text. A text stands between quotation marks
settings-expected-address = Write an address and a port such as 0.0.0.0:8080
settings-expected-list = { $found } is no list. A list is ["one", "two"]
settings-expected-section = { $found } stands where a section of several keys belongs
settings-other = This value cannot be used: { $detail }

# kiosk.toml: what values may be

config-valid = valid
config-invalid = not valid
config-range = { $from } to { $to }
config-too-long = Longer than { $count } characters
config-control-character = It holds an invisible control character. Type it anew
config-panel-small = Buttons would be too small for a finger. A panel with so many pixels needs at least { $least } inches
config-panel-coarse = Too few pixels for letters that can be read. A panel has at least 960 × 540
config-panel-shape = Pages do not fit a panel of this shape. It may be from 5:4 to 21:9, upright or on its side
config-place-name = A place has a name. Write it here
config-time-zone = There is no such time zone. Write a name such as Asia/Shanghai
config-warning-seconds = People need at least 20 seconds to answer a warning
config-absolute-path = Write the whole path, from / on
config-address = { $address } is no host and port such as 192.168.1.50:9100
config-address-port = { $address } lacks a port from 1 to 65535, such as 192.168.1.50:9100
config-address-scheme = { $address } is a web address. Write only host and port, such as 192.168.1.50:9100
config-hall-url = This is no hall's address. Write one such as https://hall.example
config-hall-url-plain = This address is not encrypted. Write https://, or allow it with plain_http = true
config-ca-file = This file cannot be used: { $error }
config-file-missing = There is no file { $file }
config-no-folder = This is a file. Name a folder
config-no-device = There is no such device now. Check cable and power, and whether the name is right
config-page-printer-uri = Write an address such as ipp://192.168.1.60/ipp/print
config-page-printer-password-in-uri = A password does not belong into an address. Put it into the file that password_file names
config-page-printer-login = user and password_file belong together
config-page-printer-user = A name without a colon
config-page-printer-plain-password = A password leaves this machine only encrypted. Write ipps://
config-page-printer-fingerprint-plain = A fingerprint needs an address with ipps://
config-password-file-open = Others may read this file. Run chmod 600 on it
config-idle-without-printer = This does nothing: no receipt printer is configured
config-idle-without-page-printer = This does nothing: no page printer is configured
config-idle-with-https = This does nothing: the hall's address is encrypted
config-idle-with-http = This does nothing: the hall's address is not encrypted
config-idle-without-characters = This does nothing: without characters of its own the printer gets everything as dots
settings-fingerprint = A SHA-256 fingerprint has 64 digits of base 16
settings-dpi = 203 or 180

# hall.toml

hall-config-language = There are no texts in this language: zh-CN or en
hall-config-tls = tls_cert and tls_key belong together
hall-config-prefix = Two capital letters, such as ZD
hall-config-connections = At least one
hall-config-timeout = 1 to 3600 seconds
hall-config-idle-minutes = 1 to 1440 minutes
hall-config-session-hours = 1 to 24 hours
hall-config-public-url = Write the address at which phones reach this hall, such as https://hall.example
hall-config-public-url-nowhere = Phones cannot reach this address, and it would stand in the code on every receipt. Write the one at which they reach this hall, such as https://hall.example
hall-config-proxies = { $proxy } is neither an address such as 10.0.0.5 nor a network such as 10.0.0.0/24
