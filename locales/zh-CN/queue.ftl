# 排队：设置、取号、叫号

queue-name = 请写名称，不能有控制字符
queue-day-starts = 请写中午以前的时间，例如 00:00 或 04:00
queue-hours = 请写开放时间，例如 09:00-17:00
queue-last-number = 请写开放时间内的时刻，例如 16:30
queue-breaks = 请写开放时间内互不重叠的休息时间，例如 ["12:00-13:00"]
queue-no-groups = 没有业务组。请写 [groups.A]
queue-no-windows = 没有窗口。请写 [windows.1] 和 groups = ["A"]
queue-too-many = 最多 { $count } 个
queue-code = 代码由 1 到 16 个字母、数字、- 或 _ 组成
queue-prefix = 号码前缀请写一个或两个大写字母（不用 I 和 O），例如 prefix = "A"
queue-prefix-twice = 业务组 { $other } 也用这个前缀。每组请用不同的前缀
queue-item-twice = 事项 { $item } 也在业务组 { $other } 里。请只留一处
queue-window-without-groups = 这个窗口没有业务组。请写 groups = ["A"]
queue-group-twice = 业务组 { $group } 写了两次
queue-no-such-group = 没有业务组 { $group }。现有：{ $known }
queue-group-without-window = 没有窗口办理这个业务组。请加到某个窗口的 groups 里
queue-unchanged = 有 { $count } 处问题，设置没有改动
queue-set-up = 已设置：{ $groups } 个业务组，{ $windows } 个窗口，优先号最多连叫 { $bound } 个
queue-would-set-up = 有效：{ $groups } 个业务组，{ $windows } 个窗口，优先号最多连叫 { $bound } 个。没有改动
queue-rule = 优先号先叫；有普通号等候时，优先号最多连叫 { $bound } 个
queue-unclosed = 以前的日子还有人占着号：{ $days }。请用 `queue close-day 日期` 结束
queue-taken = { $number }：前面有 { $ahead } 人，大约等 { $low } 到 { $high } 分钟；{ $windows } 号窗口
queue-called = { $number } 请到 { $window } 号窗口
queue-why-next = 等候时间最长
queue-why-priority-first = 优先号
queue-why-bound-reached = 优先号已连叫到上限，轮到普通号
queue-why-chosen = 指定叫号
queue-nobody = { $window } 号窗口没有人在等（暂存 { $parked } 人，过号 { $missed } 人，指定号码可以再叫；其他业务组有 { $elsewhere } 人在等）
queue-is-waiting = { $number } 在等候
queue-is-called = { $number } 已叫号
queue-is-serving = { $number } 正在办理
queue-is-parked = { $number } 已暂存
queue-is-missed = { $number } 已过号
queue-is-done = { $number } 已办完
queue-is-left = { $number } 已离队
queue-is-carried-over = { $number } 改日再来
queue-day-closed = { $day } 已结束；{ $people } 个号作废
queue-day-carried-over = { $day } 已结束；{ $people } 个号改到 { $to }
queue-day-open = { $day } 已重新开放
queue-slots = 请写一天中互不重叠的时段，例如 ["09:00-09:30", "09:30-10:00"]
queue-booked = 已预约 { $day } { $from }：{ $booking }
queue-booking-cancelled = 预约 { $booking }（{ $day } { $from }）已取消
queue-booking-used = 预约 { $booking }（{ $day } { $from }）已使用
