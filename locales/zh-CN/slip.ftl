# 回执等纸面文字 — words on slips

slip-receipt-title = 申请登记回执
slip-receipt-clock = 办理时限从大厅收到申请时开始计算，不是从打印这张回执时开始。
slip-not-acceptance = 这不是受理通知书。
slip-registration = 登记号
slip-item = 事项
slip-applicant = 申请人
slip-time = 登记时间
slip-place = 登记地点
slip-next = 接下来
slip-step-send = 送到大厅
slip-step-send-sending = 终端自动上传，您不用等
slip-step-send-waiting = 网络恢复后自动上传，您不用等
slip-step-send-received = 大厅已收到，时限从那时算起
slip-step-send-set-aside = 大厅没有收下；请带回执到人工窗口
slip-step-send-stranded = 这台机器已停用，还没送到；请带回执到人工窗口
slip-step-received = 大厅收到，开始计时
slip-step-received-at-once = 大厅收到后当场办结
slip-step-received-working = 承诺 { $days } 个工作日办结
slip-step-received-calendar = 承诺 { $days } 天办结
slip-step-bring = 补交材料
slip-step-bring-detail = 按您的承诺，把下面列出的材料交到窗口
slip-step-pay = 交费
slip-step-pay-fee = { $name }：{ $standard }
slip-step-pay-counter = 在窗口交：{ $address }
slip-step-pay-online = 在窗口交（{ $address }），也可以网上交
slip-step-result = 领取结果
slip-step-result-detail = { $result }，窗口领取
slip-step-result-post = { $result }，窗口领取或邮寄
slip-step-result-posted = 结果寄给您
slip-step-result-posted-detail = { $result }，寄到您填写的地址
slip-bring = 要补交的材料
slip-bring-item = { $name }（大厅收到后 { $days } 个工作日内）
slip-ask = 在哪里问
slip-counter = 窗口
slip-hours = 时间
slip-telephone = 电话
slip-qr = 手机扫码查进度
slip-qr-stranded = 窗口工作人员扫这个码
slip-reprint = 补打 · 第 { $copy } 次 · { $time }
slip-keep = 请妥善保管。扫二维码，或凭登记号加证件号、手机号后四位查进度。
slip-keep-stranded = 请妥善保管，带着它到人工窗口。
slip-test-title = 打印测试页
slip-test-text = 如果这一页清楚、完整、切得整齐，打印机就是好的。

# 一样材料
slip-material-copies = { $form } { $pages } 份
slip-list-separator = ；
slip-department = 办理部门

# 办事指南
slip-guide-from = 办事指南 · { $department }
slip-guide-nothing-to-bring = 什么都不用带。
slip-guide-questions = 常见问题
slip-guide-clock = 从大厅收到申请时开始计算。
slip-guide-reduction = 减免
slip-guide-fee-basis = 收费依据
slip-guide-supervision = 监督电话
slip-guide-area = 通办范围
slip-guide-foot = { $date } 打印于{ $place } · 事项 { $code } 第 { $version } 版。内容有变化的，以窗口告知为准。

# 申请表
slip-form-title = 申请表
slip-form-not-registered = 还没有登记
slip-form-material = 材料
slip-form-wanted = 要求
slip-form-handed-in = 情况
slip-form-attached = 已拍照上传
slip-form-have = 已带，窗口核对
slip-form-promised = 承诺补交
slip-form-missing = 还没有
slip-form-declaration = 申请人声明
slip-form-declaration-text = 以上内容由本人填写或核对，真实、完整。本人知道填写虚假内容要承担法律责任。
slip-form-sign = 申请人签名
slip-form-date = 日期
slip-form-foot = { $date } 打印于{ $place }。这张表有您的个人信息，请收好。这不是受理通知书。

# 一次性告知
slip-notice-title = 一次性告知单
slip-notice-time = 告知时间
slip-notice-count = 还差 { $count } 样
slip-notice-all = 还差的都写在上面，一次告诉您。备齐以后再来，不用多跑。
slip-notice-nothing = 什么都不差，可以提交了。
slip-notice-when-applying = 申请时
slip-notice-within = 大厅收到后 { $days } 个工作日内
slip-notice-foot = 请带上这张单子。每准备好一样，在前面的方框里打个勾。

# 排队号
slip-ticket-title = 您的排队号
slip-ticket-sample = 示例数据 · 不能用来排队
slip-ticket-sample-business = 综合业务（示例）
slip-ticket-business = 业务
slip-ticket-ahead = 前面
slip-ticket-ahead-people = { $count ->
    [0] 没有人
   *[other] { $count } 人
}
slip-ticket-time = 取号时间
slip-ticket-wait = 请等候叫号
slip-ticket-wait-at = 请到{ $place }等候叫号
slip-ticket-foot = 错过了叫号，请告诉工作人员。

# 测试页、检修单
slip-test-time = 打印时间
slip-test-qr = 扫出来应是 BIANMIN TEST
slip-report-title = 检修单
slip-report-terminal = 终端
slip-report-time = 检查时间
slip-report-all-well = 全部正常，没有要处理的。
slip-report-to-do = 要处理 { $count } 项
slip-report-well = 正常
slip-report-sign = 检修人签名

# 电子证照复印件
slip-licence-copy = 复印件
slip-licence-check = 扫码核验
slip-licence-not-original = 这是复印件，以扫码核验的结果为准。
slip-licence-foot = { $time } 打印于{ $place }
