# 每页都有的部分 — what is on every page

bar-home = 首页
bar-back = 上一步
bar-display = 大字
pager-position = 第 { $page } / { $pages } 页 · 共 { $total } 项
pager-pages = 第 { $page } / { $pages } 页
pager-before = 上一页
pager-after = 下一页

keyboard-space = 空格
keyboard-more = 更多
keyboard-clear = 清空
keyboard-hide = 收起
keyboard-symbols = 符
keyboard-digits = 123
keyboard-pinyin = 拼音
keyboard-letters = 英文
keyboard-back = 返回
keyboard-hint = 请打拼音，例如 shenfenzheng

# 窗口与状态条
window-title = 便民自助终端
status-place = 便民自助 · { $place }
status-online = 网络正常
status-sending = 网络正常 · 正在上传 { $waiting }
status-offline = 离线可办
status-offline-waiting = 离线可办 · 待上传 { $waiting }
status-revoked = 已停用
status-revoked-waiting = 已停用 · { $waiting } 份没送到大厅
status-unconfirmed = 暂停受理 · 等待连上大厅
status-printer-ready = 打印机正常
status-printer-paper-low = 打印纸快用完
status-printer-paper-out = 打印机缺纸
status-printer-cover-open = 打印机盖没关好
status-printer-failed = 打印机故障
status-clock = { $month }月{ $day }日 { $weekday } { $time }
weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日

# 还在吗
warning-title = 您还在吗？
warning-text = { $seconds } 秒后自动退出，并清除您填写的内容。
warning-continue = 我还在，继续办
warning-leave = 不办了，退出

# 显示
display-title = 怎样看着舒服？
display-normal = 标准字
display-large = 大字
display-contrast = 颜色
display-standard = 标准颜色
display-black-on-white = 白底黑字
display-white-on-black = 黑底白字
display-yellow-on-black = 黑底黄字
display-position = 位置
display-full = 整个屏幕
display-low = 放低（坐着用）
display-done = 好了

# 待机
idle-title = 您好，来办事吗？
idle-touch = 轻触屏幕任意位置开始
idle-find = 查办事指南，要带什么、多久、多少钱
idle-apply = 在这里填表、提交，打印回执
idle-apply-no-printer = 在这里填表、提交，拿到登记号
idle-progress = 查办理进度
idle-counter = 需要人帮忙，请到人工窗口

# 首页
home-title = 您好，请问要办什么事？
home-search = 事项名称、拼音或首字母，如“身份证丢了”
home-do = 我要办事
home-do-hint = 查指南、填表、提交
home-progress = 查进度
home-progress-hint = 凭回执号或二维码
home-progress-hint-number = 凭登记号
home-events = 人生大事
home-events-hint = 结婚、生育、退休…
home-help = 帮助
home-help-hint = 怎么用、找谁帮
home-themes = 按主题找
home-life-events = 遇到了什么事
home-more-events = 更多…
home-intake-closed-full = 这台机器暂时不能受理申请
home-intake-closed-revoked = 这台机器已停用，不再受理申请
home-intake-closed-unconfirmed = 这台机器要先连上大厅，才能受理申请
home-intake-closed-hint = 查指南不受影响。要办理请到人工窗口，或换一台机器。
home-as-of = 事项目录更新于 { $month }月{ $day }日 { $time }，共 { $items } 项
home-no-catalogue = 事项目录还没有下载
home-no-catalogue-hint = 联网后自动下载。现在请到人工窗口办理。

# 查找
search-title = 要办什么事？
search-all = 全部 { $items } 项，常办的在前面
search-found = 找到 { $items } 项
search-longest = 最多 { $longest } 个字，已经写满了
search-nothing = 没有找到这件事
search-nothing-hint = 换个说法试试，或者看看下面这些
search-themes = 按主题找
search-counter = 说不清楚也没关系，请到人工窗口问
search-again = 重新输入

# 主题、人生大事、列表
browse-themes = 按主题找
browse-themes-hint = 先选一个主题
browse-events = 遇到了什么事？
browse-events-hint = 选一件，相关的事项会按顺序列出来
browse-all = 全部 { $items } 项
listing-all = 全部事项
listing-count = 共 { $items } 项
listing-empty = 这里还没有事项
listing-search = 直接搜索

# 事项
item-at-once = 当场办结
item-working-days = { $days } 个工作日
item-calendar-days = { $days } 天
item-free = 不收费
item-has-fee = 收费，见指南
item-direct = 就近立办
item-apply = 可申请
item-guide-only = 只看指南
item-detail = { $limit } · { $fee }

# 指南
guide-full = 完整办事指南
guide-more = 看完整指南
guide-apply = 开始办理
guide-counter = 这件事要到人工窗口办
guide-how-long = 多久办好
guide-limit = 承诺 { $promised }（法定 { $statutory }）
guide-how-much = 多少钱
guide-visits = 跑几次
guide-visits-times = { $times ->
    [0] 不用跑
   *[other] { $times } 次
}
guide-result = 拿到什么
guide-where = 人工窗口
guide-bring = 要准备 { $count } 样材料
guide-how = 怎么办
guide-chinese-only = 部分内容只有中文，看不懂可以到人工窗口问
guide-none = 无
guide-conditions = 申请条件
guide-materials = 申请材料
guide-flow = 基本流程
guide-limits = 办理时限
guide-fees = 收费依据及标准
guide-basis = 设定依据
guide-certificate = 审批决定证件
guide-forms = 申报表格
guide-example = 参照模板（示范文本）
guide-example-hint = 填表时每一项旁边都有示例。
guide-notes = 注意事项
guide-contact = 窗口：{ $address }。时间：{ $hours }。咨询电话：{ $contact }。监督电话：{ $supervision }。
material-required = 必要
material-may-follow = 可后补
material-original = 原件
material-copy = 复印件
material-electronic = 电子件
material-line = { $number }. { $name }（{ $form }，{ $pages } 份，{ $need }）{ $accept }

# 帮助
help-title = 怎么用这台机器？
help-begin = 我要办事
help-find = 1. 找到要办的事
help-find-hint = 打字、拼音、首字母都行，也可以按主题找
help-read = 2. 看清楚要准备什么
help-read-hint = 要带什么、多久、多少钱，一页看完
help-fill = 3. 填表、提交
help-fill-hint = 用屏幕上的键盘填，旁边有示例
help-receipt = 4. 拿回执
help-receipt-hint = 回执上有登记号和二维码，凭它查进度
help-number = 4. 记下登记号
help-number-hint = 抄下登记号，或用手机拍下二维码，凭它查进度
help-counter = 想找人帮忙
help-counter-hint = 不用这台机器也能办，请到人工窗口
help-counter-where = { $counter }，{ $hours }。不用这台机器也能办
help-counter-where-only = { $counter }。不用这台机器也能办
help-counter-telephone = 电话：{ $telephone }
help-offline = 没有网络也能办
help-offline-hint = 先登记在这台机器里，联网后自动上传，不用再来
help-privacy = 您的信息不会留下
help-privacy-hint = 退出或没人操作时，填写的内容马上清除
help-eyes = 看不清楚、够不着
help-eyes-hint = 按右下角“大字”，可以换大字、换颜色、放低画面
help-eyes-hint-landscape = 按右下角“大字”，可以换大字、换颜色

guide-print = 打印这份指南

# Paper that was asked for
paper-printing = 正在打印
paper-printed = 已打印，请取走
paper-waiting = 打印机停下了：{ $why }
paper-waiting-hint = 请告诉工作人员；弄好以后会自动接着打
paper-not-printed = 没有打印出来：{ $why }
paper-cannot = 现在打印不了：{ $why }
paper-instead = 可以用手机拍下屏幕，或到另一台终端打印
paper-unknown = 不知道有没有打印出来
paper-unknown-hint = 请看一下出纸口；没有的话可以再按一次

## The window of a terminal that cannot work yet
setup-title = 这台终端还不能用
setup-resident = 请到人工窗口办理，或换一台终端。
setup-technician = 给技术人员
setup-unenrolled = 终端还没有登记到大厅。在大厅取一次性登记码，然后运行：
setup-enrol = bianmin-kiosk enrol --hall 大厅地址 --code 登记码
setup-settings = 设置文件 { $path } 有错，改好并检查：
setup-check = bianmin-kiosk config check
setup-doctor = bianmin-kiosk doctor
setup-again = 改好以后，这里会自己继续，不用重启。
