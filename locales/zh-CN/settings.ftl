# 配置文件（kiosk.toml、hall.toml）：哪里不对，怎么改

settings-at-line = 第 { $line } 行，{ $key }：{ $problem }
settings-at = { $key }：{ $problem }
settings-line = 第 { $line } 行：{ $problem }
settings-and-more = { $path }：{ $problem }（另有 { $count } 处，config check 会全部列出）

settings-no-file = 没有这个文件。请从 kiosk-config 复制 kiosk.toml，或者指定别的文件
settings-no-permission = 当前用户无权读取。请把文件交给服务的用户，或者用 sudo 运行
settings-unreadable = 无法读取：{ $error }
settings-folder = 这是文件夹。请指定文件
settings-too-long = 超过 { $kilobytes } KB，不是配置文件
settings-utf16 = 文件存成了 UTF-16。请另存为 UTF-8
settings-not-utf8 = 文件不是 UTF-8（多半是 GBK）。请另存为 UTF-8
settings-not-text = 文件里有不属于文本的字节。请用文本编辑器重新写，存为 UTF-8

settings-twice = 这个键或这一节写了两次。请只留一个
settings-full-width = { $sign } 是全角符号。引号、等号、点、逗号和方括号请用英文半角
settings-open-quote = 少了一个引号
settings-no-value = 等号后面没有值
settings-backslash = 双引号里的反斜杠表示特殊字符。请改用单引号 ' 括起来
settings-bare-text = 文字要放在引号里，数字里不要有字母
settings-no-equals = 每行写 键 = 值，或者 [节名]，或者以 # 开头
settings-syntax = 不符合 TOML 格式：{ $detail }

settings-unknown-key = 这里没有这个键。可用的键：{ $known }
settings-unknown-key-near = 这里没有这个键。可能是 { $near }
settings-unknown-key-none = 这里没有这个键
settings-missing-key = 这里少了 { $missing }
settings-unknown-choice = 不能是 { $value }，可以是：{ $known }
settings-expected-count = { $found } 不是从 0 起的整数
settings-expected-number = { $found } 不是数字
settings-expected-boolean = { $found } 既不是 true 也不是 false（不加引号）
settings-expected-text = { $found } 不是文字。文字要放在引号里
settings-expected-address = 请写地址加端口，例如 0.0.0.0:8080
settings-expected-list = { $found } 不是列表。列表写作 ["一", "二"]
settings-expected-section = { $found } 的位置应当是含几个键的一节
settings-other = 这个值不能用：{ $detail }

# kiosk.toml：值的范围

config-valid = 有效
config-invalid = 无效
config-range = 应在 { $from } 到 { $to } 之间
config-too-long = 超过 { $count } 个字
config-control-character = 含有看不见的控制字符，请重新输入
config-panel-small = 按钮会小到手指点不准。这个分辨率的屏幕至少要 { $least } 英寸
config-panel-coarse = 像素太少，字看不清。屏幕至少要 960 × 540
config-panel-shape = 这个长宽比放不下页面。横放或竖放，长宽比应在 5:4 到 21:9 之间
config-place-name = 请填写地点名称
config-time-zone = 没有这个时区。请写 Asia/Shanghai 这样的名称
config-warning-seconds = 提醒至少留 20 秒，让人来得及回应
config-absolute-path = 请写从 / 开始的完整路径
config-address = { $address } 不是主机加端口，例如 192.168.1.50:9100
config-address-port = { $address } 少了 1 到 65535 的端口，例如 192.168.1.50:9100
config-address-scheme = { $address } 是网址。这里只写主机和端口，例如 192.168.1.50:9100
config-hall-url = 这不是大厅的地址。请写 https://hall.example 这样的地址
config-hall-url-plain = 这个地址没有加密。请改成 https://，或者用 plain_http = true 允许
config-ca-file = 这个文件不能用：{ $error }
config-file-missing = 没有文件 { $file }
config-no-folder = 这是文件。请指定文件夹
config-no-device = 现在没有这个设备。请检查电源、连线和名称
config-page-printer-uri = 请写 ipp://192.168.1.60/ipp/print 这样的地址
config-page-printer-password-in-uri = 密码不要写在地址里，请放进 password_file 指定的文件
config-page-printer-login = user 和 password_file 要一起写
config-page-printer-user = 用户名里不能有冒号
config-page-printer-plain-password = 密码离开本机必须加密，请写 ipps://
config-page-printer-fingerprint-plain = 指纹要和 ipps:// 的地址一起用
config-password-file-open = 其他用户可以读这个文件。请运行 chmod 600
config-idle-without-printer = 这一项不起作用：没有配置回执打印机
config-idle-without-page-printer = 这一项不起作用：没有配置 A4 打印机
config-idle-with-https = 这一项不起作用：大厅地址已加密
config-idle-with-http = 这一项不起作用：大厅地址没有加密
config-idle-without-characters = 这一项不起作用：打印机没有自带字库，一切都按点阵发送
settings-fingerprint = SHA-256 指纹是 64 位十六进制数字
settings-dpi = 应为 203 或 180

# hall.toml

hall-config-language = 没有这种语言的文字：可用 zh-CN 或 en
hall-config-tls = tls_cert 和 tls_key 要一起写
hall-config-prefix = 请写两个大写字母，例如 ZD
hall-config-connections = 至少为 1
hall-config-timeout = 1 到 3600 秒
hall-config-idle-minutes = 1 到 1440 分钟
hall-config-session-hours = 1 到 24 小时
hall-config-public-url = 请写手机访问大厅的地址，例如 https://hall.example
hall-config-public-url-nowhere = 手机打不开这个地址，而每张回执的二维码都会用它。请写手机能访问大厅的地址，例如 https://hall.example
hall-config-proxies = { $proxy } 既不是 10.0.0.5 这样的地址，也不是 10.0.0.0/24 这样的网段
