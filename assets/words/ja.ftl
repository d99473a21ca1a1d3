# The words of the built-in pages, in Japanese. The keys are those of en.ftl, in its order.

## Frame of every page

page-error = エラー:
page-skip = 本文へ移動
page-language = 言語
who-signing-in = { $who } としてサインイン中
who-signed-in = { $who } としてサインインしています
who-start-again = 別の方ですか？ 最初からやり直す
who-sign-out = 別の方ですか？ サインアウト
kept-note = 送信しようとしていたフォームは保存されています。サインイン後にもう一度送信できます。
field-six-digits = 6桁の確認コード
button-continue = 続ける
button-confirm = 確認
link-first-page = 最初のページへ
link-sign-in = サインインへ
link-try-again = もう一度試す

## Times

time-day = { $year }年{ $month }月{ $day }日
time-moment = { $day } { $time }（UTC）
wait-seconds = { $count }秒後
wait-minutes = { $count }分後
wait-hours = { $count }時間後

## What is said of attempts

busy = 現在、サインインが集中しています。数秒後にもう一度お試しください。
too-many-codes = コードの誤りが多すぎます。{ $wait }にもう一度お試しください。
too-many-attempts = 試行回数が多すぎます。{ $wait }にもう一度お試しください。
code-wrong = このコードは正しくありません。アプリに現在表示されているコードを入力してください。
code-wrong-enrol = このコードは正しくありません。このアカウントについてアプリに現在表示されているコードを入力してください。
code-spent-challenge = このコードはすでに使用されています。アプリに次のコードが表示されるまで待ってから、そのコードを入力してください。
method-disabled = コードの誤りが多すぎたため、この確認方法が無効になりました。別の方法を使うか、管理者にお問い合わせください。
method-not-offered = ここではこの方法を使用できません。
backup-code-spent = このバックアップコードはすでに使用されています。別のコードを使用してください。
backup-code-wrong = 未使用のバックアップコードと一致しません。1文字ずつご確認ください。
enrol-expired = QRコードの有効期限が切れていました。アプリから項目を削除し、上の新しいQRコードを読み取ってください。

## Sign-in

sign-in-title = サインイン
sign-in-lead = { $site } に進むにはサインインしてください
sign-in-login = ユーザー名
sign-in-password = パスワード
sign-in-show = 表示
sign-in-hide = 隠す
sign-in-show-password = パスワードを表示
sign-in-button = サインイン
sign-in-wrong = ユーザー名とパスワードが一致しません。両方を確認して、もう一度お試しください。
sign-in-timed-out = サインインに時間がかかりすぎたか、サインインが終了しました。もう一度サインインしてください。
sign-in-no-cookie = ブラウザーからCookieが返されませんでした。このサイトのCookieを許可してから、もう一度お試しください。
sign-in-stale = このページが開かれてから時間が経ちすぎました。サインインしてください。
sign-in-not-kept = 先にサインインする必要があります。送信しようとしていた内容は保存できなかったため、もう一度送信してください。

## Second factor

second-first-lead = { $site } には2段階でサインインします。先にコード、次にコンソールでパスワードを入力します。
second-first-code = コード
second-first-hint = 認証アプリの6桁のコード、またはバックアップコード。
second-first-wrong = ユーザー名またはコードが正しくありません。
second-first-none = まだ2つ目の要素を設定していません
second-first-none-hint = コンソールでパスワードを使ってサインインしてください。失敗と表示された場合は、ページを再読み込みすると、2つ目の要素を設定できます。
challenge-title = 確認コードを入力
challenge-again-title = ご本人であることの確認
challenge-app = 認証アプリを開き、{ $issuer } の6桁のコードを入力してください。
challenge-again = サインイン済みですが、これから開くページには新しいコードが必要です。
challenge-backup-title = バックアップコードを入力
challenge-backup = 認証アプリの設定時に保管したコードのいずれかです。それぞれ1回だけ使用できます。
challenge-backup-label = バックアップコード
challenge-backup-hint = 英数字16文字。ハイフン、空白、大文字と小文字の違いは問いません。
challenge-use-backup = バックアップコードを使う
challenge-use-app = 認証アプリを使う
challenge-no-backup = バックアップコードがありません
challenge-no-phone = スマートフォンが手元にありません
challenge-try-backup = アプリの設定時に保管した10個のバックアップコードのいずれかを使用してください。
challenge-try-app = スマートフォンが見つかった場合は、認証アプリを使用してください。
challenge-try-administrator = どちらも手元にない場合は、第2要素のリセットを管理者に依頼してください。
challenge-first-page = 代わりに最初のページへ

## Setting up an authenticator app

enrol-title = 認証アプリの設定
enrol-lead = サインインには、パスワードと、スマートフォンのアプリに表示されるコードが必要です。設定は1分ほどで終わり、今回だけです。
enrol-app = 認証アプリを用意する
enrol-app-hint = ワンタイムコードに対応したアプリであれば、どれでも使用できます。まだお持ちでない場合は、次のいずれかをインストールしてください。
enrol-new-tab = （新しいタブで開きます）
enrol-scan = アプリでこのQRコードを読み取る
enrol-scan-hint = アプリでアカウントの追加（多くはプラス記号）を選び、カメラをここに向けてください。
enrol-qr = 認証アプリ用のQRコード。同じキーが横に記載されています。
enrol-on-phone = スマートフォンで開いていますか？
enrol-open-app = アプリで開く
enrol-by-hand = 読み取れませんか？
enrol-by-hand-hint = アカウント { $account } として、このキーをアプリに入力してください。
enrol-code = アプリに表示されたコードを入力する
enrol-handed-title = 渡されたアプリのコードを入力してください
enrol-handed-lead = 管理者があなたのために認証アプリを設定しました。今そのアプリに表示されている6桁の数字を入力してください。以後、ここでのサインインにはパスワードとこのアプリのコードが必要になります。
enrol-handed-own = 代わりに自分のものを設定する
enrol-handed-own-hint = 誰からもアプリを渡されていない場合や、別のものを使いたい場合に選んでください。その場合、渡されたアプリは使えなくなります。
enrol-handed-void = 渡されたアプリはもう使えません。自分のアプリを設定するか、管理者に別のものを依頼してください。

## Backup codes

codes-title = バックアップコード
codes-first = 設定が完了しました。次のコードを保管してください
codes-first-lead = 設定したものを失っても、これらのバックアップコードのいずれかで入ることができます。それぞれ1回だけ使用できます。表示されるのは今だけです。
codes-renewed = 新しいバックアップコード
codes-renewed-lead = 下で保管したことを確認すると、古いコードは使えなくなります。
codes-printed = { $who } のバックアップコード（{ $made } 作成）。それぞれ1回だけ使用できます。
codes-list = バックアップコード
codes-print = 印刷
codes-download = ダウンロード
codes-keep-secure = パスワードマネージャー、または紙に印刷して鍵のかかる場所に、安全に保管してください。
codes-do-not-share = 誰にも教えないでください。管理者がコードを尋ねることはありません。
codes-like-password = パスワードと同じように扱ってください。コードを持つ人は、あなたとしてサインインできます。
codes-stored = これらのコードを安全な場所に保管しました
codes-store-first = 先にコードを保管してから、チェックを入れてください。
codes-replaced = これらのコードは新しいコードに置き換えられています。新しいコードを使うか、ここで作り直してください。
codes-file-title = { $brand }: { $login } のバックアップコード（{ $site }）
codes-file-made = { $day } 作成。アプリのコードの代わりに、それぞれ1回だけ使用できます。
codes-file-advice = 安全に保管してください。誰にも教えないでください。パスワードと同じように扱ってください。
few-codes-title = バックアップコードが残りわずかです
few-codes-left = { $left ->
    [0] 最後のバックアップコードを使用しました
   *[other] バックアップコードは残り{ $left }個です
}
few-codes-lead = サインインしました。アプリが手元にあるうちに、アカウントページで新しいコードを作成してください。古いコードはその時点で使えなくなります。
few-codes-account = アカウントへ

## Account

account-title = アカウント
account-unconfirmed = バックアップコードの保管がまだ確認されていません。コードが手元にない場合は、下で新しく作成してください。
account-factors = 第2要素
account-factors-none = 設定されていません。
account-factor-kind = 種類
account-factor-name = 名前
account-factor-created = 設定日時
account-factor-used = 最終使用
account-factor-unused = 未使用
account-codes = バックアップコード
account-codes-left = 残り { $left } / 10
account-codes-made = （{ $made } 作成）
account-new-codes = 新しいバックアップコードを作成
account-sessions = セッション
account-sessions-count = { $sessions ->
    [1] ここでのみサインインしています。
   *[other] { $sessions }か所でサインインしています。
}
account-sign-out = サインアウト
account-sign-out-everywhere = すべてサインアウト
account-back = { $site } に戻る
account-required = 第二要素が必要です。
account-recovering = バックアップコードでサインインしました。サインインに使うものを紛失した場合は、10分以内にここで置き換えてください。
account-factor-change = { $name } の名前を変更、または削除
account-factor-lost = { $name } を紛失しました
account-lost-hint = 紛失しましたか？ サインアウトし、バックアップコードでサインインしてから、ここで置き換えてください。
account-codes-link = コードを表示、または新しく作成
account-password = パスワード
account-password-link = パスワードを変更
account-sessions-link = 場所を確認し、セッションを終了
account-done-renamed = 名前を変更しました。
account-done-removed = 削除しました。ほかのセッションは終了しました。
account-done-replaced = 置き換えました。ほかのセッションは終了しました。
account-done-password = パスワードを変更しました。ほかのセッションは終了しました。
add-passkey = パスキーまたはセキュリティキーを追加
add-totp = 認証アプリを追加
add-email = メールのコードを追加
add-sms = SMSのコードを追加

## Account: one second factor

factor-rename = 名前を変更
factor-name-wrong = 名前は1文字から40文字です。
factor-remove-heading = 削除
factor-remove-hint = 以後、これではサインインできません。ほかのセッションは終了します。
factor-remove = 削除
factor-stays = 削除できません。第二要素が必要で、これが最後のものです。先に別のものを追加してください。
lost-title = { $name } を紛失した場合
lost-lead = 代わりになるものを設定してください。設定した時点で紛失したものは使えなくなり、ほかのセッションは終了します。
lost-replace = 代わりを設定
lost-remove = 削除のみ

## Account: backup codes

codes-kept = 残りのコードを見ることができます。表示したことは記録されます。
codes-not-kept = コードは作成時にのみ表示されます。手元にない場合は、新しく作成してください。
codes-show = コードを表示
codes-renew-hint = 新しいコードは、古いコードをすべて置き換えます。
codes-shown-lead = 残りのコードです。それぞれ1回だけ使えます。

## Account: sessions

sessions-lead = サインインしている場所です。心当たりのないものがあれば、終了してパスワードを変更してください。
sessions-prove = 終了する前に、本人であることを確認します。
sessions-prove-link = 本人確認をする
sessions-browser-unknown = 不明なブラウザ
sessions-here = このセッション
sessions-site = サイト
sessions-address = アドレス
sessions-place = 場所
sessions-began = 開始
sessions-active = 最終利用
sessions-end = このセッションを終了
sessions-others = ほかのすべて
sessions-end-others = ほかのセッションをすべて終了
sessions-done-one = セッションを終了しました。
sessions-done-others = ほかのセッションをすべて終了しました。

## Account: password

password-lead = 変更すると、ほかのセッションは終了します。
password-old = 現在のパスワード
password-new = 新しいパスワード
password-again = 新しいパスワード（もう一度）
password-hint = { $least } 文字以上。無作為な言葉をいくつか並べるとよいでしょう。
password-unequal = 新しいパスワードが一致しません。
password-old-wrong = 現在のパスワードではありません。
password-too-short = パスワードは { $least } 文字以上にしてください。
password-too-long = パスワードが長すぎます。
password-common = このパスワードは攻撃者が最初に試すものの一つです。別のものを選んでください。
password-contains-login = パスワードにユーザー名を含めないでください。

## Signing out

sign-out-title = サインアウト
sign-out-question = サインアウトしますか？
sign-out-who = { $login } としてサインインしています。サインアウトすると、このセッションと、そこで開いているものがすべて終了します。
sign-out-button = サインアウト
sign-out-stay = サインインしたままにする
signed-out-title = サインアウト完了
signed-out-heading = サインアウトしました
signed-out-everywhere = このデバイスとほかのすべてのデバイスで、すべてのセッションが終了しました。
signed-out-here = このデバイスでのセッションが終了しました。
signed-out-again = もう一度サインイン

## A form that was kept

kept-form-title = フォームは失われていません
kept-form-lead = { $target } に送信する前に、サインインする必要がありました。まだ何も送信されていません。
kept-form-fields = { $count }個の項目があります
kept-form-send = 今すぐ送信
kept-form-discard = 送信しない

## Refusals: headings, ways on, and what surrounds them

refusal-request-number = リクエスト番号
refusal-your-address = あなたのアドレス
refusal-other-account = 別のアカウントを使う
heading-nothing-here = このアドレスには何もありません
heading-send-again = フォームをもう一度送信してください
heading-not-signed-in = サインインしていません
heading-sign-in-again = もう一度サインインしてください
heading-token = サービストークンが拒否されました
heading-too-much = 送信量が多すぎます
heading-too-long = 時間がかかりすぎました
heading-connections = 接続が多すぎます
heading-attempts = 試行回数が多すぎます
heading-moment = 少々お待ちください
heading-impossible = 現在サインインできません
heading-console-unavailable = コンソールを利用できません
heading-console-wrong = コンソールの応答に誤りがあります
heading-console-slow = コンソールの応答に時間がかかっています
heading-where = 接続元を特定できません
heading-account = このアカウントでは利用できません
heading-programs = このアドレスはプログラム用です
heading-not-from-here = ここからは利用できません
heading-refused = このリクエストは拒否されました
not-found-heading = ページが見つかりません
not-found = このアドレスはサインインサービスのものですが、該当するページはありません。
    .next = アドレスに誤りがないか確認するか、コンソールの最初のページから始めてください。
enrolment-closed-heading = 第2要素を設定できません
enrolment-closed = アカウントにはまだ認証アプリがなく、ご自身で設定できる期間は終了しました。
    .next = 設定をもう一度許可するよう管理者に依頼し、その後サインインしてアプリを設定してください。
enrolment-closed-sign-on = 組織のサインオンサービスから、第2要素を使用したことが伝えられなかったため、ここでは設定できません。
    .next = そのサービスからサインアウトし、第2要素を使ってサインインし直してから、ここに戻ってください。第2要素がもうない場合は、管理者に回復コードを依頼してください。
no-method-heading = ご本人であることを確認する方法がありません
no-method = アカウントに設定されている方法は、現在どれも使用できません。
    .next = 第2要素のリセットを管理者に依頼してください。
too-few-heading = 第二要素がもう1つ必要です
too-few = 必要な第二要素の数が、ここで設定できる数を超えています。
    .next = 使用できる種類を増やすか、必要な数を減らすよう、管理者に依頼してください。
for-programs-certificate = ここに入れるのは、クライアント証明書を持つプログラムだけです。個人がサインインすることはできません。
    .next = リンクから来た場合は、前のページに戻ってください。ご自分のプログラムを接続する必要がある場合は、管理者に証明書を依頼してください。
for-programs-token = ここに入れるのは、サービストークンを持つプログラムだけです。個人がサインインすることはできません。
    .next = リンクから来た場合は、前のページに戻ってください。ご自分のプログラムを接続する必要がある場合は、管理者にトークンを依頼してください。

## Proof in another window

proved-title = 確認しました
proved-heading = ご本人と確認できました
proved-close = このウィンドウを閉じて、元の作業を続けてください。
retry-message = この操作には、ご本人であることの確認が必要です。
retry-open = 新しいウィンドウで確認する
retry-cancel = 今はしない

## Refusals: what happened and why, then what to do next

refusal-upstream-unreachable = このページの背後にあるコンソールが応答しません。接続できなかったか、接続が切断されました。
    .next = 1分後にもう一度お試しください。何かを変更していた場合は、先に変更が完了していないか確認してください。続く場合は、コンソールの担当者に連絡してください。
refusal-upstream-unavailable = このページの背後にあるコンソールは現在動作していません。どのサーバーも応答しません。
    .next = 1分後にもう一度お試しください。続く場合は、コンソールの担当者に連絡してください。
refusal-upstream-timeout = このページの背後にあるコンソールの応答に時間がかかりすぎました。
    .next = もう一度お試しください。何かを変更していた場合は、先に変更が完了していないか確認してください。
refusal-upstream-invalid = このページの背後にあるコンソールの応答がWebの規則に反していたため、転送されませんでした。
    .next = もう一度お試しください。続く場合は、下のリクエスト番号を添えてコンソールの担当者に連絡してください。
refusal-throttled = 試行回数が多すぎました。
    .next = しばらく待ってから、もう一度お試しください。失われたものはなく、アカウントもロックされていません。
refusal-busy = 現在、サインインが集中しています。
    .next = 数秒後にもう一度お試しください。
refusal-too-slow = 接続が遅すぎました。
    .next = 通信状態の良い場所で、もう一度お試しください。
refusal-session-over = セッションは終了しました。
    .next = もう一度サインインしてください。
refusal-draining = サインインサービスを再起動しています。
    .next = 数秒後にもう一度お試しください。
refusal-unable = サインインサービスは現在何も確認できないため、誰も通すことができません。
    .next = 1分後にもう一度お試しください。続く場合は、下のリクエスト番号を管理者に伝えてください。
refusal-unknown-host = このアドレスで提供されているコンソールはありません。
    .next = アドレスに誤りがないか確認するか、正しいアドレスを管理者に問い合わせてください。
refusal-cross-site = このフォームは本来のページから送信されていないか、ページが長く開かれたままでした。
    .next = 前のページに戻り、再読み込みしてから、もう一度フォームを送信してください。
refusal-cookie = ブラウザーから、ここでは使用できないサインイン情報が送信されました。
    .next = その情報は削除されました。ページを再読み込みして、もう一度サインインしてください。
refusal-form = フォームに不足があるか、存在しない項目が含まれていました。
    .next = 前のページに戻り、再読み込みしてから、もう一度入力してください。
refusal-login-unclear = サインインフォームから、誰がサインインするのかが明確に読み取れませんでした。
    .next = サインインページに戻り、再読み込みしてからもう一度入力してください。
refusal-login-refused = サインインしていません。ユーザー名またはパスワードが違うか、コンソールの応答が明確な許可ではありませんでした。
    .next = サインインページに戻り、もう一度お試しください。
refusal-statement-missing = ここには組織のサインオンサービスを経由してのみサインインできますが、あなたが誰かが伝えられませんでした。
    .next = いつものアドレスを開いてサインインし、もう一度お越しください。解決しない場合は、このサイトの管理者にお知らせください。
refusal-statement-unclear = 組織のサインオンサービスから、あなたが誰かが明確に伝えられなかったか、その内容の有効期限が切れています。
    .next = ページを再読み込みしてください。解決しない場合は、サインオンサービスからサインアウトして再度サインインするか、このサイトの管理者にお知らせください。
refusal-plain-http = このサイトはHTTPSでのみ提供されています。
    .next = 同じアドレスの先頭に https:// を付けて開いてください。
refusal-streams = このセッションで同時に開ける接続の上限に達しています。
    .next = コンソールのほかのタブを閉じてから、もう一度お試しください。
refusal-websocket = リクエストしたプログラムのWebSocketの使い方が正しくありません。
    .next = プログラムまたはブラウザーを更新してください。
refusal-body = このページで受け付けられる量を超えて送信されました。
    .next = 前のページに戻り、量を減らして送信してください。
refusal-service-worker = このサイトではバックグラウンドスクリプト（Service Worker）が許可されていません。
    .next = 操作は必要ありません。管理者はサイトに対して許可することができます。
refusal-client-address = このリクエストの送信元を特定できませんでした。
    .next = 下のリクエスト番号を添えて、管理者に連絡してください。
refusal-ambiguous = リクエストの解釈が一つに定まらないため、転送されませんでした。
    .next = アドレスに不自然な文字がないか確認するか、コンソールの最初のページから始めてください。
refusal-shut-out = 現在の場所からはこのページを利用できません。接続しているネットワークまたは地域が除外されています。
    .next = オフィスのネットワークやそのVPNなど、別のネットワークから接続して、もう一度お試しください。ここから利用できるはずの場合は、下に表示されているリクエスト番号とアドレスを添えて管理者に問い合わせてください。
refusal-not-allowed = このページは特定のネットワークまたは地域からのみ利用できますが、現在の接続はそのいずれにも該当しません。
    .next = オフィスのネットワークから、またはそのVPN経由で接続して、もう一度お試しください。ここから利用できるはずの場合は、下に表示されているリクエスト番号とアドレスを添えて管理者に問い合わせてください。
refusal-place-not-allowed = このページは特定の地域からのみ利用できますが、別の地域から接続されているようです。
    .next = 国外にいる場合や、VPNによってそのように見える場合は、自宅から、またはオフィスのVPN経由で接続して、もう一度お試しください。それ以外の場合は、下に表示されているリクエスト番号とアドレスを添えて管理者に問い合わせてください。
refusal-place-unknown = このページは特定の地域からのみ利用できますが、接続元の場所を特定できませんでした。
    .next = オフィスのネットワークから、またはそのVPN経由で接続して、もう一度お試しください。それ以外の場合は、下に表示されているリクエスト番号とアドレスを添えて管理者に問い合わせてください。
refusal-person = サインイン済みですが、このページはほかの利用者のためのものです。
    .next = 前のページに戻るか、別のアカウントを使用してください。このページが必要な場合は、管理者にアクセス権を依頼してください。
refusal-machine-only = このアドレスは特定のネットワークにあるプログラム用です。別のサイトのページからブラウザーがここに誘導されたため、リクエストは転送されませんでした。
    .next = 元のページを閉じてください。ここに来るつもりだった場合は、アドレスを直接入力してください。
refusal-token-invalid = サービストークンが無効です。記述の誤り、期限切れ、または失効が考えられます。
    .next = このトークンの発行元に、新しいトークンを依頼してください。
refusal-token-scope = サービストークンは有効ですが、このリクエストには使用できません。サイト、パス、メソッド、ネットワークのいずれかが異なります。
    .next = このリクエストを対象とするトークンを、発行元に依頼してください。

## Second factors

factor-password = パスワード
factor-passkey = パスキーまたはセキュリティキー
factor-totp = 認証アプリ
factor-email = メールのコード
factor-sms = SMSのコード
factor-backup-code = バックアップコード
factor-recovery-code = 復旧コード
factor-remembered-device = 記憶されたデバイス
factor-federated = サインオンサービス
factor-federated-mfa = サインオンサービスでの第2要素
set-up-passkey = このデバイスの指紋、顔、PIN、または差し込むキーを使います。最も安全です。偽のページには何も渡りません。
set-up-totp = スマートフォンのアプリが30秒ごとに新しいコードを表示します。
set-up-email = 毎回コードをメールで送信します。ほかの方法より安全性は低くなります。
set-up-sms = 毎回コードをSMSで送信します。どの携帯電話でも使えます。
enrol-choice = 第2要素を設定する
enrol-choice-lead = ここでのサインインにはパスワード以外の確認も必要です。使用する方法を選んでください。ほかの方法は後から追加できます。
enrol-choice-further = 第2要素を追加する
enrol-choice-further-lead = 今ある方法に加えて何を使いますか。
account-back-to = アカウントに戻る
challenge-use-recovery = 復旧コードを使用する
challenge-use-passkey = パスキーまたはセキュリティキーを使用する
challenge-use-email = メールでコードを受け取る
challenge-use-sms = SMSでコードを受け取る
challenge-particular = サインイン済みですが、開こうとしているページではこの確認も必要です。
challenge-change = サインイン済みです。アカウントを変更するには、ご本人であることをもう一度確認してください。
no-such-proof-heading = 別の確認が必要です
no-such-proof = 開こうとしているページで必要な確認方法が、このアカウントにはまだありません。
    .next = 管理者に設定を依頼するか、前のページに戻ってください。
no-such-proof-passkey = 開こうとしているページにはパスキーまたはセキュリティキーが必要ですが、ここで使えるものがこのアカウントにありません。
    .next = 設定してから、もう一度開いてください。
link-set-up = 設定する

## Codes by e-mail and SMS

sent-title-email = メールでコードを受け取る
sent-title-sms = SMSでコードを受け取る
sent-title-enter = 送信されたコードを入力
sent-lead-email = { $to } にコードを送信します。有効期間は 10分です。
sent-lead-sms = お使いの電話 { $to } にコードを送信します。有効期間は 10分です。
sent-done-email = { $to } にコードを送信しました。有効期間は 10分です。届かない場合は迷惑メールをご確認ください。
sent-done-sms = お使いの電話 { $to } にコードを送信しました。有効期間は 10分です。
sent-button = コードを送信
sent-again = もう一度コードを送信
sent-field = コード
sent-wrong = コードが正しくないか、古すぎます。最後に送信されたコードを入力するか、もう一度送信してください。
sent-wait = 送信できるコードの上限に達しました。{ $wait }にもう一度お試しください。届いているコードはまだ使える場合があります。
sent-none-email = お使いのアカウントにはコード用のメールアドレスがありません。管理者に登録を依頼するか、別の方法をお使いください。
sent-none-sms = お使いのアカウントにはコード用の携帯電話番号がありません。管理者に登録を依頼するか、別の方法をお使いください。
sent-cannot-receive = このコードを受け取れません
sent-ask-administrator = ほかの方法がない場合は、管理者に第2要素のリセットを依頼してください。
sent-other-ways = 別の方法を使う
contact-title-email = メールのコードを設定
contact-title-sms = SMSのコードを設定
contact-lead-email = 今後のサインインには、パスワードとこのアドレスに送るコードが必要です。アドレスはほかの用途には使いません。
contact-lead-sms = 今後のサインインには、パスワードとこの番号に送るコードが必要です。番号はほかの用途には使いません。
contact-field-email = メールアドレス
contact-field-sms = 携帯電話番号
contact-hint-sms = 国番号を付けてください: +49 151 23456789
contact-validate = 確認
contact-other-email = 別のアドレスを使う
contact-other-sms = 別の番号を使う
contact-bad-email = メールアドレスを ann@example.org のような形で入力してください。
contact-bad-sms = 携帯電話番号を +49 151 23456789 のように国番号を付けて入力してください。
contact-unusable-email = このアドレスにはコードを送信できません。別のアドレスを使うか、管理者にお尋ねください。
contact-unusable-sms = この番号にはコードを送信できません。別の番号を使うか、管理者にお尋ねください。

## Letters and text messages

text-code = { $host } のコードは { $code } です。誰にも教えないでください。
letter-code-subject = { $host } のコード
letter-code-prove = 誰かがお客様のパスワードで { $host } にサインインしようとしています。
letter-code-bind = 誰かがこのアドレスで { $host } のコードを受け取ろうとしています。
letter-code-use = このコードをそのページに入力してください。有効期間は 10分で、一度だけ使えます。
letter-code-prove-not-you = 心当たりがない場合は、誰かがパスワードを知っています。パスワードを変更し、管理者に知らせてください。
letter-code-bind-not-you = 心当たりがない場合は、何もする必要はありません。コードがなければ何も起こりません。
letter-code-nobody = コードはだれにも教えないでください。{ $brand } の者がお尋ねすることはありません。
text-notice = { $brand }: { $what }。アカウント { $login }。心当たりがない場合は管理者に知らせてください。
text-notice-of-all = { $brand }: { $what }。心当たりのある人でない場合は、誰が行ったかを調べてください。
notice-about = { $brand } のアカウント { $login } で次のことがありました。
notice-about-all = { $brand } で次のことがありました。特定のアカウントに関するものではありません。
notice-not-you = ご本人でも、ご依頼によるものでもない場合は、すぐにパスワードを変更し、管理者に知らせてください。このメッセージにリンクはありません。いつもの方法でサイトを開いてください。
notice-not-yours = 所有者としてお知らせしています。心当たりのある管理者が発行したものでない場合は、誰が発行したかを調べ、すぐに取り消してください。
notice-not-known = 所有者としてお知らせしています。心当たりのある管理者が行ったものでない場合は、誰が行ったかを調べてください。詳しくは監査ログにあります。コマンドラインでの操作については 多くても 1 時間に 1 回お知らせします。すべては監査ログにあります。
notice-when = 日時
notice-from = 接続元のアドレス
notice-place = 場所
notice-browser = ブラウザー
notice-site = サイト
notice-factor = 手段
notice-by = 実行者
notice-by-account = このアカウントまたはそのパスワードでサインインした人
notice-by-administrator = 管理者
notice-record = 監査ログでの名前
notice-bound = 第二要素が設定されました
notice-removed = 第二要素が削除されました
notice-disabled = 誤ったコードが多すぎたため、第二要素が無効になりました
notice-reset = すべての第二要素が削除されました
notice-codes = 新しいバックアップコードが作成されました
notice-codes-shown = バックアップコードが再表示されました
notice-code-used = バックアップコードが使用されました
notice-recovery-issued = 回復コードが発行されました
notice-recovery-issued-owner = 回復コードがほかの利用者に発行されました
notice-policy-owner = 二要素認証が必要な人の設定が変更されました
notice-site-policy-owner = サイトの条件が変更されました
notice-command-line-owner = ゲートウェイのコマンドラインで操作が行われました
notice-recovery-used = 回復コードが使われました
notice-handed = 認証アプリがあなたのために設定されました。コードを入力すると有効になります
notice-refused = 誰かがお客様のパスワードと、誤った第二要素を入力しました
notice-password = パスワードが変更されました
notice-password-link = 新しいパスワードを選べるリンクが作成されました
notice-email = プロフィールのメールアドレスが変更または削除されました
notice-role = アカウントの役割が変更されました
notice-new-place = 新しい場所からサインインがありました
notice-reminder = 第二要素を早めに設定してください
notice-reminder-about = { $date } 以降、{ $brand } のアカウント { $login } には第二要素なしでサインインできません。それまでにいつもの方法でサインインし、設定してください。このメッセージにリンクはありません。
notice-changed = アカウントに変更がありました
## Devices

devices = デバイス
devices-lead = ご自身の希望によりここに登録されているブラウザーです。使わなくなったものは削除してください。そのブラウザーでのサインインは終了します。
devices-none = 登録されたブラウザーはありません。
devices-here = このブラウザー
devices-created = 登録日
devices-remembered = 第二要素の代わりになる期限
devices-verified = 確認済みデバイスの期限
devices-waiting = 管理者の承認待ち
devices-remove = 削除
devices-register = このブラウザーを登録する
devices-register-about = 登録したブラウザーでのみ開けるページがあります。登録には第二要素を一度入力し、その後もう一度サインインします。本人確認の代わりにはなりません。
devices-register-this = このブラウザーを確認済みデバイスとして登録する
devices-done-registered = このブラウザーを登録しました。もう一度サインインすると、確認済みデバイスが必要なページも開けます。
devices-done-removed = ブラウザーを削除しました。
devices-remember = このブラウザーでは{ $days }日間コードを求めない
devices-remember-hint = ほかの人が使わないデバイスでのみ選んでください。アカウントページで取り消せます。
refusal-device = このページは、確認済みデバイスとして登録したブラウザーでのみ開けます。
    .next = アカウントページでこのブラウザーを登録し、もう一度サインインしてください。承認待ちの場合は管理者に問い合わせてください。
heading-device = このブラウザーでは開けません
link-devices = デバイスのページへ
account-devices = 登録したデバイス

## Passkeys

passkey-title = パスキーを使用してください
passkey-lead = ブラウザーが求めます。このデバイスの指紋、顔、PIN、またはセキュリティキーを使ってください。
passkey-again = サインインしていますが、これから開くページには新しい確認が必要です。
passkey-use = パスキーを使用する
passkey-lost = パスキーが手元にありません
passkey-try-other = 他の方法で本人確認をしてください。
passkey-no-script = パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。他の方法を使うか、有効にしてください。
passkey-unsupported = このブラウザーではパスキーを使用できません。他の方法か、他のブラウザーを使ってください。
passkey-cancelled = パスキーからの応答がありませんでした。取り消されたか、時間がかかりすぎたか、このデバイスにありません。もう一度試すか、他の方法を使ってください。
passkey-registered = このデバイスまたはキーは設定済みです。
passkey-failed = ブラウザーはここでパスキーを使用できませんでした。もう一度試すか、他の方法を使ってください。
passkey-wrong = このパスキーは受け付けられませんでした。もう一度試すか、他の方法を使ってください。
passkey-sign-in = パスキーでサインインする
passkey-sign-in-wrong = このパスキーは受け付けられませんでした。もう一度試すか、ユーザー名とパスワードでサインインしてください。
passkey-enrol-title = パスキーを設定する
passkey-enrol-lead = パスキーでは、このデバイスの指紋、顔、PIN、または差し込むキーで入ることができます。このサイトでのみ機能するため、だまし取られることはありません。
passkey-enrol-name = 名前
passkey-enrol-name-hint = 後で見分けるための名前です。例：仕事用ノートパソコン
passkey-enrol-button = パスキーを作成する
passkey-enrol-other = 別のものを設定する
passkey-enrol-wrong = このパスキーは設定できませんでした。もう一度試すか、別のデバイスを使ってください。

## Putting off a second factor, and recovery codes

set-up-title = アカウントを保護しましょう
set-up-lead = 第二要素があれば、パスワードを知られてもアカウントは守られます。設定は1分ほどで終わります。
set-up-until = { $date } まで延期できます。それ以降は、第二要素なしではサインインできません。
set-up-optional = 必須ではありません。あとでアカウントのページから設定できます。
set-up-recovered = 一度しか使えない回復コードでサインインしました。今すぐ第二要素を設定してください。設定しないと、次回も別のコードが必要になります。
set-up-now = 今すぐ設定
set-up-later = 後で
add-another-title = サインインの方法をもう1つ追加してください
add-another-why = 第二要素が { $asked } 個必要ですが、現在は { $held } 個です。1つを失っても、別の方法でサインインできます。
add-another-until = { $date } まで延期できます。それ以降は、これより少ない数では利用できません。
recovery-title = 回復コードを入力してください
recovery-lead = 回復コードは管理者が発行します。短い時間に一度だけ使え、新しい第二要素を設定できます。
recovery-late = このアカウントにはまだ第二要素がなく、パスワードだけではもう設定できません。管理者に回復コードを依頼し、ここに入力してください。
recovery-sign-on = 組織のサインオンサービスから、第2要素を使用したことが伝えられなかったため、ここで設定するには回復コードが必要です。そのサービスからサインアウトし、第2要素を使ってサインインし直してから戻るか、管理者に回復コードを依頼し、ここに入力してください。
recovery-label = 回復コード
recovery-wrong = この回復コードは使えません。一文字ずつ確かめてください。使えるのは短い時間に一度だけです。
recovery-back = 別の方法を使う
recovery-none = 回復コードがありません
recovery-ask = 管理者に依頼してください。ご本人かどうかの確認があります。
account-set-up = 第二要素を設定
account-optional = 第2要素は必須ではありませんが、設定するとアカウントがより安全になります。
account-required-until = { $date } 以降は第二要素が必須になります。
account-minimum = 第二要素が少なくとも { $asked } 個必要です。
account-minimum-until = { $date } 以降は第二要素が少なくとも { $asked } 個必要になります。
help-title = サインインのヘルプ
help-lead = 第二要素を使ったサインインのしかたと、何かが足りないときの対処です。
help-link = ヘルプ
help-why-title = なぜ第二要素が必要か
help-why = パスワードは、気づかれないうちに推測され、盗み見られ、盗まれることがあります。第二要素があれば、それだけでは入れません。あなたが持っているものも必要になります。
help-first-title = はじめてのとき
help-first-one = いつものように、ユーザー名とパスワードでサインインします。
help-first-two = 第二要素の設定を求められます。認証アプリの場合は、スマートフォンでアプリを開き、画像を読み取り、表示された6桁の数字を入力します。
help-first-three = バックアップコードが10個表示されます。スマートフォンがなくても見つかる場所に印刷または保存し、その旨を確認してください。
help-ways-title = 第二要素になるもの
help-ways = どれを使えるかは組織が決めます。複数持つことができ、そうするのが賢明です。
help-way-passkey = パスキーまたはセキュリティキー：端末が指紋、顔、PINを求めます。正しいページでしか働かないので、だまし取られることがありません。
help-way-app = 認証アプリ：30秒ごとに新しいコードを表示し、通信は要りません。
help-way-sent = メールまたはSMSのコード：手軽ですが、メッセージは読まれたり転送されたりすることがあるため、ほかより弱いものです。
help-codes-title = バックアップコード
help-codes = 各コードは、第二要素の代わりに一度だけ使えます。コードのページで「{ challenge-use-backup }」を選びます。新しいコードはアカウントページで作れます。古いものは無効になります。
help-new-title = スマートフォンを替えた
help-new = 古いものを手放す前に設定します。サインインしてアカウントページを開き、新しいアプリやパスキーを追加してから、古いものを削除します。
help-lost-title = スマートフォンをなくした、壊れた
help-lost-one = コードのページで「{ challenge-use-backup }」を選び、コードを一つ入力します。その後、アカウントページでなくした第二要素を届け出て、新しいものを設定します。
help-lost-two = バックアップコードがないときは、管理者に復旧コードを頼み、「{ challenge-use-recovery }」を選びます。管理者は本人であることを確かめます。
help-wrong-title = コードが受け付けられない
help-wrong = アプリのコード：次のコードを待って入力し、スマートフォンの時計は自動設定にします。メッセージで届いたコード：最後に届いたものを入力するか、もう一度送信してもらいます。何度か間違えると少し待つ必要があります。いつまでかはページに表示されます。
help-stranger-title = 身に覚えのない通知が来た
help-stranger = パスワードを変更し、「{ account-sign-out-everywhere }」を選び、アカウントページで第二要素とセッションを確かめ、すぐに管理者に知らせてください。組織の人がコードを尋ねることは決してありません。
help-shared-title = 自分のものではないコンピューターで
help-shared = 終わったらサインアウトし、そのコンピューターを記憶させないでください。
help-account = アカウントページへ

owners-title = 所有者の第二要素
owners-lead = 所有者に求めるものは、ほかの全員とは別に、ここかコマンドラインで定めます。このスイッチと設定ファイルのうち、厳しいほうが有効です。
owners-configuration = 設定ファイル
owners-switch = このスイッチ
owners-together = 合わせて
owners-nothing = 何も求めない
owners-require = 所有者に必須とする
owners-require-about = 第二要素のない所有者は、次のリクエストで設定を求められます。
owners-release = スイッチを元に戻す
owners-release-about = スイッチを元に戻すと、設定ファイルだけが所有者に求めるものを定めます。設定済みのものは失われません。
owners-done = 所有者に求めるものを変更しました。

first-owner-title = 最初の所有者
first-owner-lead = { $site } にはまだ所有者がいません。ゲートウェイのトークンを使って、管理画面ですべてを行えるアカウントを作成します。
first-owner-token = トークン
first-owner-token-hint = ゲートウェイのマシンにあるファイルに書かれています。ファイルの場所はゲートウェイのログにあります。有効なのは1時間です。
first-owner-name = ほかの人に見える名前
first-owner-again = パスワード（もう一度）
first-owner-make = アカウントを作成
first-owner-wrong = このトークンは正しくないか、1時間が過ぎています。トークンのあるファイルはゲートウェイのログに示されています。再起動すると新しいものが書かれます。
first-owner-login-bad = ユーザー名に使えるのは a から z の英字、数字、. _ - + @ だけで、128文字までです。
first-owner-login-taken = このユーザー名はすでに使われています。別のものを選んでください。
first-owner-name-bad = この名前は表示できません。長すぎるか、見えない文字が含まれています。

welcome-title = パスワードを選んでください
welcome-lead = { $site } のパスワードを選び、それを使ってサインインしてください。
welcome-set = パスワードを設定
welcome-void = このリンクは使えません。すでに使用されたか、3 日以上経過したか、別のリンクに置き換えられています。リンクを受け取った相手に新しいものを依頼してください。
welcome-stale = このページが開かれてから時間が経ちすぎました。もう一度リンクを開いてください。
welcome-to-sign-in = サインインのページへ
new-password-title = 別のパスワードを選んでください
new-password-lead = パスワードは正しいです。続ける前に、別のパスワードが必要です。
new-password-set = 変更して続ける
new-password-same = これは変更が必要なパスワードです。別のものを選んでください。
new-password-over = 時間がかかりすぎたか、その間にパスワードが変更されました。もう一度サインインしてください。
