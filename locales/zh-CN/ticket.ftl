# 手机上的排队号

ticket-page-title = 我的排队号
ticket-page-loading = 正在查询…
ticket-page-noscript = 请在浏览器里启用 JavaScript，才能看到排队情况。
ticket-page-none = 请扫号票上的二维码
ticket-page-none-more = 这个页面要从号票上的二维码打开。
ticket-page-wrong = 这不是有效的号票
ticket-page-wrong-more = 二维码可能没有扫全，或者号票不是这个大厅的。请重新扫一次，或者问工作人员。
ticket-page-failed = 暂时查不到
ticket-page-failed-more = 手机连不上大厅。本页会自动再试；叫号以大厅的叫号屏为准。
ticket-page-yours = 您的号
ticket-page-valid-today = 今天有效
ticket-page-valid-on = { $month } 月 { $day } 日有效
ticket-page-ahead = { $people ->
    [0] 下一个就是您
   *[other] 前面还有 { $people } 人
}
ticket-page-wait = 大约 { $low }–{ $high } 分钟后叫到您（{ $from }–{ $to }）
ticket-page-wait-up-to = { $high } 分钟以内叫到您（{ $to } 以前）
ticket-page-go = 现在就来
ticket-page-go-more = 请到大厅等候，留意叫号屏。
ticket-page-stay = 还不用动身
ticket-page-leave-at = 大约 { $time } 动身就来得及。
ticket-page-distance = 您离大厅多远？
ticket-page-distance-0 = 就在大厅
ticket-page-distance-10 = 10 分钟
ticket-page-distance-20 = 20 分钟
ticket-page-distance-40 = 40 分钟
ticket-page-called = 请到 { $window }
ticket-page-called-more = 正在叫您的号。来不了也不要紧：告诉任意窗口，位置还在。
ticket-page-serving = 正在 { $window } 办理
ticket-page-parked = 先办手头的事
ticket-page-parked-more = 位置给您留着。办好后告诉窗口，会再叫您。
ticket-page-missed = 叫过您的号了
ticket-page-missed-more = 位置还在：到大厅后告诉任意窗口，会再叫您。
ticket-page-done = 已办完
ticket-page-done-more = 感谢您的等候。
ticket-page-left = 这个号已取消
ticket-page-left-more = 还要办理，请重新取号。
ticket-page-carried-over = 改到 { $month } 月 { $day } 日
ticket-page-carried-over-more = 那天到大厅后，请在终端或窗口扫号票报到，仍按原来的取号时间排队。
ticket-page-where = 去哪里
ticket-page-remind = 快到了再提醒我
ticket-page-reminding = 快到时会振动并响铃，请开着本页
ticket-page-cancel = 不办了，取消这个号
ticket-page-cancel-ask = 取消后位置就没有了。确定取消吗？
ticket-page-cancel-yes = 确定取消
ticket-page-cancel-no = 不取消
ticket-page-updated = { $time } 更新 · 开着本页会自动刷新
