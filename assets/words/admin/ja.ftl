## 管理：役割に応じてここで作業する人のためのページです。

admin-title = 管理
admin-overview = 概要
admin-account = 自分のアカウント
admin-lead = ここで設定されている内容と、変更できる人について。
admin-you = あなた
admin-who = アカウント
admin-role = 役割
admin-site = サイト
admin-open-until = 有効期限
admin-open-hint = その後は、第二要素の確認がもう一度必要です。
admin-now = 現在の状況
admin-sessions = 開いているセッション
admin-duty = 第二要素
admin-duty-optional = 全員任意
admin-duty-grace = { $date } から全員必須
admin-duty-enforced = 全員必須
admin-rules = その他の規則
admin-rules-count = { $rules ->
    [0] 設定ファイルにはありません
   *[other] 設定ファイルに { $rules } 件（一部の人またはサイトが対象）
}
admin-commands = コマンドライン
admin-commands-lead = これらのページでは何も変更されません。変更は、ゲートウェイが動作しているマシンで行い、すべて監査ログに残ります。
admin-command-user = アカウント：追加、表示、無効化、リセット
admin-command-enforcement = 第二要素を必要とする人、復旧コード
admin-command-token = プログラムのサービストークン
admin-command-audit = 監査ログ：閲覧と検証
role-user = ユーザー
role-auditor = 監査担当者
role-help-desk = ヘルプデスク
role-admin = 管理者
role-owner = 所有者
admin-users = ユーザー
users-text = ログイン名、氏名またはメール
users-state = アカウント
users-any = すべて
users-search = 検索
users-total = { $count ->
    [0] 該当するアカウントはありません。
   *[other] { $count } 件のアカウントが見つかりました。
}
users-name = 氏名
users-first = 最初のページ
users-next = 次のページ
state-active = 有効
state-disabled = 無効
standing-enrolled = 設定済み
standing-free = なし（不要）
standing-pending = 未設定
standing-overdue = 不足
admin-adoption = 第二要素
admin-people = サインインできる人
admin-coverage = 第二要素がある人
admin-sent-only = メールまたはSMSのコードのみの人
admin-api = API
admin-api-lead = プログラムやスクリプトのためのものです。これらのページでできることはすべて、docs/api.md の説明のとおりに行えます。プログラムはロール付きのサービストークンを使います。
admin-api-use = このブラウザのスクリプトは、リクエストごとにこの値を Portcullis-CSRF として送ります。値はあなたのセッションに結び付き、セッションの終了時または次の本人確認で無効になります。だれにも渡さないでください。
admin-api-value = 値
