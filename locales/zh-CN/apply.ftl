# 办理：须知、身份、填表、材料、确认、回执、查进度 — applying, the receipt, and progress

apply-step-notice = 须知
apply-step-identity = 身份
apply-step-form = 填表
apply-step-materials = 材料
apply-step-review = 确认
apply-next = 下一步
apply-close = 看好了
apply-yes = 是
apply-no = 否
apply-list-separator = 、
apply-moment = { $month }月{ $day }日 { $time }

# 离开
leaving-title = 不办了吗？
leaving-text = 离开这里，已经填写的内容会马上清除。
leaving-stay = 继续填写
leaving-go = 不办了，离开

# 须知
apply-notice-title = 开始之前，请先看四句话
apply-notice-bring = 准备这些材料
apply-notice-bring-hint = { $materials }
apply-notice-use = 您的信息只用来办这件事
apply-notice-use-hint = 提交后加密，只有大厅和{ $department }能看；您离开后这里不留
apply-notice-clock = 没有网络也能办
apply-notice-clock-hint = 先登记，联网后自动送到大厅；时限（{ $limit }）从大厅收到时算起
apply-notice-choice = 不想在这里办也可以
apply-notice-choice-hint = 随时可以退出，到人工窗口办：{ $address }
apply-notice-agree = 同意，开始
apply-closed-title = 这台机器现在不能受理新申请
apply-closed-title-revoked = 这台机器不再受理申请
apply-closed-why-full = 存储空间满了
apply-closed-hint-full = 为了不丢失已经登记的申请，暂时不收新的申请。
apply-closed-why-revoked = 这台机器已停用
apply-closed-hint-revoked = 大厅已经停用这台机器，不再收它的申请。
apply-closed-why-unconfirmed = 还没有连上大厅
apply-closed-hint-unconfirmed = 机器的数据换过地方，要先跟大厅核对一次，才能发新的登记号。
apply-closed-works = 这些仍然能用
apply-closed-works-hint-full = 查办事指南、查办理进度。已经登记的申请不受影响。
apply-closed-works-hint-revoked = 查办事指南、查办理进度。还没送到大厅的申请，请带登记号到人工窗口。
apply-closed-works-hint-unconfirmed = 查办事指南、查办理进度。已经登记的申请不受影响。
apply-closed-where = 请到人工窗口办理

# 身份
apply-identity = 申请人
apply-identity-title = 这件事给谁办？
apply-applicant-known = 前面已填

# 填表
apply-page = { $item } · 第 { $page } 页，共 { $pages } 页
apply-optional = （可不填）
apply-such-as = 例如 { $example }
apply-missing = 还差 { $missing } 位
apply-longest = 最多 { $longest } 个字，已经写满了
apply-not-passport = 护照号不能填在这里。没有身份证、居留证的，请到人工窗口办
apply-number-right = 号码核对无误
apply-doubtful = 校验码对不上，请再对照一遍；确认没错可以继续
apply-unchosen = 拼音还没有变成字：请点一个字，或清空
apply-fields-above = 上面还有 { $above } 项，按“上一步”看
apply-fields-below = 下面还有 { $below } 项，按“下一步”继续
apply-fields-both = 上面 { $above } 项（上一步） · 下面 { $below } 项（下一步）
apply-example = 示范文本
apply-example-show = 看示例
apply-example-hint = 示例中的人和号码都不是真的，请填自己的。

# 材料
apply-materials-title = 材料带来了吗？
apply-materials-hint = 逐样选一下。标“可后补”的可以以后补交。
apply-materials-hint-today = 逐样选一下。
apply-material-about = { $form } { $pages } 份。{ $explain }
apply-material-here = 已带
apply-material-missing = 没带
apply-material-later = 以后补交
apply-material-needed = 这份今天就要有，不能以后补交
apply-material-due = 大厅收到后 { $days } 个工作日内补交
apply-materials-missing = 还有 { $count } 样材料要解决：{ $names }
apply-materials-what-now = 没带的：取来后再办，或到人工窗口问能不能先办（{ $address }）。没选的：请选一下。
apply-materials-counter = 拿不准的，可以问人工窗口
apply-undertaking-title = 补交承诺
apply-undertaking-text = 我承诺：在大厅收到申请后 { $days } 个工作日内，把《{ $name }》交到窗口。
apply-undertaking-else = 到期没有交，这次申请会被退回，可以重新申请。
apply-undertaking-agree = 同意，我会按时补交
apply-undertaking-decline = 先不选

# 确认
apply-review-title = 请核对，没错就提交
apply-review-hint = 哪里不对，按“修改”。提交后打印回执。
apply-review-change = 修改
apply-review-cover = 遮住号码
apply-review-show = 显示号码
apply-review-empty = 未填
apply-review-doubtful = （校验码对不上，请再核对）
apply-review-submit = 提交
apply-review-after = 提交后打印回执
apply-review-after-hint = 凭回执上的登记号查进度。提交后要改，请到窗口。
apply-sending-title = 正在登记
apply-sending = 正在保存您的申请
apply-sending-hint = 只要几秒钟，请不要离开

# 没有登记成
apply-trouble-title = 还没有登记成功
apply-trouble-invalid = 有几处不符合要求
apply-trouble-other = 这台机器没能保存申请
apply-trouble-other-hint = 请再试一次；还是不行，请叫工作人员。
apply-trouble-kept = 您填写的内容还在
apply-trouble-kept-hint = 按“再试一次”提交，或按“上一步”修改。
apply-trouble-again = 再试一次

# 回执
receipt-printing = 已登记，正在打印回执
receipt-printed = 已登记，请取回执
receipt-paper-waits = 已登记，打印机在等
receipt-paper-waiting = 打印机停下了：{ $why }
receipt-paper-waiting-hint = 请告诉工作人员；弄好以后会自动接着打，不用重新办理。号码和二维码就在屏幕上
receipt-not-printed = 已登记，请记下登记号
receipt-waiting = 网络恢复后自动送到大厅，您不用等
receipt-sending = 正在送到大厅，您不用等
receipt-title-stranded = 已登记，但没有送到大厅
receipt-stranded = 请带回执或登记号到人工窗口
receipt-received = 大厅已收到，您可以放心离开
receipt-set-aside = 大厅没有收下，请带登记号到人工窗口
receipt-chip-waiting = 等待网络
receipt-chip-sending = 正在发送
receipt-chip-stranded = 没有送到
receipt-chip-received = 已送到
receipt-chip-set-aside = 没有收下
receipt-again = 再打一张
receipt-more = 办别的事
receipt-done = 办完了，退出
receipt-noted = 登记号记下了
receipt-leaving-title = 登记号记下了吗？
receipt-leaving-text = 离开以后，屏幕上不再显示登记号。查办理进度要用它。
receipt-leaving-stay = 返回看登记号
receipt-leaving-go = 记下了，离开
receipt-take = 请取走身份证、材料和回执
receipt-take-no-paper = 请取走身份证和材料
receipt-leaves = { $seconds } 秒后自动退出，并清除您的信息。碰一下屏幕可以多留一会儿。
receipt-paper-failed = 回执没有打印出来：{ $why }
receipt-paper-instead = 申请已登记好，不受影响。请抄下登记号，或用手机拍下二维码。
receipt-paper-unknown = 不知道回执有没有打印出来
receipt-paper-unknown-hint = 请看一下出纸口。没有的话抄下登记号，或按“再打一张”。
receipt-paper-none = 这台机器没有打印机

# 查进度
progress-title = 查办理进度
progress-subtitle = 登记号在回执的最上面，或是您抄下的号码
progress-placeholder = HP07-261121-0036-85
progress-hint = 字母和数字都要输，横线不用输
progress-wrong = 登记号不对：请对照回执，看有没有输错或漏掉的
progress-four = 身份证号或手机号的后四位
progress-four-subtitle = 登记号 { $number }，再核对一项就能查
progress-four-placeholder = 例如 002X
progress-four-hint = 填申请时写的那个号码，只输后四位
progress-four-short = 请输四位：数字，身份证号最后一位也可以是 X
progress-four-wrong = 和申请里写的对不上：请看看登记号和后四位有没有输错
progress-wait-minutes = 没对上的次数多了，请过 { $minutes } 分钟再试。有回执的，扫二维码马上能查
progress-wait-hours = 没对上的次数多了，请过 { $hours } 小时再试。有回执的，扫二维码马上能查
progress-code-only = 这份申请要扫回执上的二维码才能查
progress-code-only-hint = 没有回执的，请带身份证到人工窗口问。
progress-scan = 也可以扫回执上的二维码
progress-scan-hint = 把二维码对准扫码口
progress-look = 查询
progress-other = 查另一个
progress-asking = 正在问大厅
progress-asking-hint = 最多几秒钟
progress-failed = 这台机器的记录现在读不出来
progress-failed-hint = 请用手机扫回执上的二维码，或到人工窗口问。
progress-received = 大厅收到
progress-limit = 承诺时限
progress-changed = 最近变化
progress-old = 现在连不上大厅，这是上次知道的情况
progress-remark = 大厅的说明
progress-unknown = 没有查到这个登记号
progress-elsewhere = 现在查不了这个登记号
progress-next-set-aside = { $why }。{ $next }
progress-next-unknown = 请核对登记号。如果刚刚提交，请过几分钟再查。
progress-next-elsewhere = 这份申请不是在这台机器上登记的，现在又连不上大厅。请稍后再查，或用手机扫回执上的二维码。
progress-ask = 要问人
progress-counter = { $counter }
    时间：{ $hours }
progress-ask-hint = { $counter }
    电话：{ $telephone }

apply-review-no-paper = { $why }，现在打不出回执
apply-review-no-paper-hint = 照样可以提交：屏幕上会有登记号和二维码，请抄下，或用手机扫码查进度。要纸质回执，请叫工作人员，或换一台终端。
apply-materials-print = 打印还缺什么
receipt-form = 打印申请表
progress-paper-hint = 申请不受影响，可以补打一张
