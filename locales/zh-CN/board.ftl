# 叫号屏

board-title = 正在叫号
board-last = 刚叫过的号
board-groups = 现在取号要等多久
board-go = 请到
board-window = { $window } 号窗口
board-group = { $group } 类业务
board-of-day = { $month } 月 { $day } 日取的号
board-nobody = 还没有叫号
board-waiting = { $people ->
    [0] 没有人在等
   *[other] { $people } 人在等
}
board-free = 随到随办
board-wait = 约 { $low }–{ $high } 分钟
board-wait-up-to = { $high } 分钟以内
board-class-elderly = 老年人
board-class-disabled = 残疾人
board-class-pregnant = 孕妇
board-class-with-baby = 怀抱婴儿者
board-class-military = 军人军属
board-class-fire-rescue = 消防救援人员
board-class-booking = 预约者
board-list = 、
board-rule = { $classes }优先；有普通号在等时，优先号最多连叫 { $bound } 个
board-rule-none = 按取号先后叫号
board-missed = 错过了？告诉任意窗口，位置还在
board-closed-day-off = 今天不办公
board-closed-not-yet = { $time } 开始取号
board-closed-too-late = 今天 { $time } 已停止取号
board-heard = { $seconds } 秒前更新
board-heard-now = 刚刚更新
board-lost = 与大厅断开 { $seconds } 秒，正在重连；请听工作人员叫号
board-connecting = 正在连接大厅
board-noscript = 叫号屏需要浏览器启用 JavaScript。
