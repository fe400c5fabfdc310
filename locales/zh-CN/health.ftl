# 终端体检：每个部分怎么样，怎么办 — doctor, maintenance and the printed report

health-part-configuration = 配置
health-part-terminal = 终端
health-part-printer = 小票打印机
health-part-page-printer = A4 打印机
health-part-journal = 打印记录
health-part-disk = 磁盘
health-part-ledger = 申请
health-part-catalogue = 事项目录
health-part-clock = 时钟
health-part-hall = 大厅
health-part-pin = 维护密码

health-configuration = { $place }
health-configuration-wrong = 配置文件不对：{ $error }
health-configuration-advice = 按指出的行改正，再运行 config check
health-terminal = 编号 { $terminal }
health-terminal-closed = 数据打不开：{ $error }
health-terminal-advice = 没有登记就用 enrol 登记；否则检查数据目录和它的权限

health-printer-paper-low = 准备一卷新纸
health-printer-paper-out = 放入新纸，有涂层的一面朝打印头，合上盖子
health-printer-cover-open = 把盖子按到“咔”一声
health-printer-jam = 打开盖子，取出卡住的纸，再合上
health-printer-cutter = 打开盖子，转动切刀旁的轮子，直到切刀松开
health-printer-fault = 等它凉下来，关机再开机
health-printer-offline = 检查电源和连线，再核对 kiosk.toml 里的地址
health-printer-unknown = 打一张测试页，看看打得怎样
health-printer-absent = 回执只显示在屏幕上和手机里

health-page-printer-none = 没有接 A4 打印机：指南和告知单从小票打印机打，申请表不打印
health-paper-slip = 还能打约 { $count } 张小票
health-paper-page = 还能打约 { $count } 份
health-paper-until-slip = 还能打约 { $count } 张小票，按现在的用量大约 { $month } 月 { $day } 日用完
health-paper-until-page = 还能打约 { $count } 份，按现在的用量大约 { $month } 月 { $day } 日用完
health-paper-advice-slip = 准备一卷新纸；换好后按“小票已换新纸”
health-paper-advice-page = 加满 A4 纸，再按“A4 已加满纸”

health-journal = 每一张都有结果
health-journal-unknown = 有 { $count } 张不知道打没打出来
health-journal-advice = 在维护界面逐一核对：打出来了，还是没有
health-disk = 有地方收申请
health-disk-full = 满了，暂停收申请
health-disk-advice = 移走其他文件，或换大一些的磁盘
health-ledger = 待上传 { $waiting }，大厅已收 { $acknowledged }，搁置 { $quarantined }
health-ledger-advice = 用 outbox list 看原因；排除后用 outbox retry 重新上传
health-ledger-missing = 有 { $count } 份已登记的申请读不出来：磁盘把它们损坏了
health-ledger-missing-advice = 保留 damaged-* 目录，问大厅缺哪些号码，并更换磁盘
health-catalogue = 第 { $revision } 版，{ $items } 个事项
health-catalogue-none = 还没有
health-catalogue-advice = 接通网络，再运行 sync --once
health-clock = 正常
health-clock-behind = 慢了：比目录的发布时间还早
health-clock-advice = 校准时间，并打开网络对时
health-hall = 连得上，版本 { $version }
health-hall-silent = 没有应答
health-hall-unreachable = 连不上：{ $error }
health-hall-advice = 检查网线、路由器和大厅地址；申请照收，等着上传
health-pin = 已设置
health-pin-unset = 没有设置，维护界面打不开
health-pin-advice = 用 bianmin-kiosk pin set 设置
