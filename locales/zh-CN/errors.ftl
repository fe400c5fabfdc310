# 填表时的提示：哪里不对，怎么改 — what is wrong with a field, and what to do

error-required = 这一项要填写
error-too-short = 还差 { $missing } 位：应为 { $wanted } 位
error-too-long = 太长了：最多 { $limit } 个字
error-characters = 有不该出现的字符，请检查
error-birth-date = 号码里的出生日期不对，请对照证件再看一遍
error-check-digit = 号码有一位不对，请对照证件再看一遍
error-no-such-number = 没有这样的号码，请对照证件再看一遍
error-unlike-number = 和身份证号码里的出生日期不一样，请检查
error-not-mobile = 手机号码是 11 位数字，以 13 到 19 开头
error-not-phone = 请填手机号码，或带区号的座机号码
error-not-email = 邮箱的样子是 name@example.com，请检查
error-not-date = 没有这一天：请按 年-月-日 填写，如 2026-01-31
error-date-in-future = 日期不能晚于今天
error-date-in-past = 日期不能早于今天
error-date-too-far = 这个年份不对，请检查
error-before-start = 不能早于开始的日期
error-not-number = 这里要填整数
error-too-small = 不能小于 { $min }
error-too-large = 不能大于 { $max }
error-not-amount = 这里填金额，最多两位小数，如 480.50
error-not-option = 请从列出的选项里选一个
error-not-plate = 车牌号码的样子是“京A12345”，请检查
error-unknown-field = 这张表没有这一项
error-material-missing = 请说明这份材料：已带，或以后补交
error-cannot-follow = 这份材料不能以后补交，今天就要有
error-unknown-material = 这个事项没有这份材料，或重复了
error-not-offered = 这个事项现在不能办，请问工作人员

refusal-malformed = 大厅读不出这份申请
refusal-wrong-terminal = 这份申请不是从这台终端发出的
refusal-conflict = 大厅已有同一编号的另一份申请，两份都已保留
refusal-too-large = 申请太大，大厅收不下
refusal-unknown-item = 大厅没有这个事项或这个版本
refusal-invalid = 填写内容不符合要求
refusal-unsaid = 大厅收到了，但没有收下
refusal-damaged = 终端上的这条记录损坏了

printer-ready = 打印机正常
printer-paper-low = 纸快用完了
printer-paper-out = 打印机缺纸
printer-cover-open = 打印机盖子没关好
printer-jam = 打印机卡纸
printer-cutter = 打印机切刀卡住了
printer-fault = 打印机有故障
printer-wrong-format = 打印机不接受这种格式
printer-offline = 打印机没有连上
printer-unknown = 打印机状态不明
printer-absent = 没有打印机

case-state-awaiting-files = 大厅已收到，还在接收附件
case-state-received = 大厅已收到
case-state-accepted = 已受理
case-state-not-accepted = 不予受理
case-state-supplement = 需要补充材料
case-state-deciding = 正在办理
case-state-special-procedure = 正在听证、检验或评审，不计入时限
case-state-granted = 已办结：准予
case-state-refused = 已办结：不予批准
case-state-delivered = 结果已送达

# 打印机能做什么（测试页）
printer-fact-yes = 有
printer-fact-no = 没有
printer-fact-paper = 纸宽
printer-fact-paper-sizes = { $mm } 毫米，{ $dots } 点，{ $dpi } dpi
printer-fact-characters = 自带字库
printer-fact-characters-none = 不用，全部按点阵打印
printer-fact-qr = 自带二维码
printer-fact-cutter = 切刀
printer-fact-proof = 打印确认
printer-fact-proof-id = 逐单确认（GS ( H）
printer-fact-proof-status = 切纸后查状态
printer-fact-automatic = 主动报告状态
printer-fact-clears = 清除未打内容
printer-fact-memory = 自存标志
