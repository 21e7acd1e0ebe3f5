#!/usr/bin/env bash
# A fresh server by the documents' commands alone: a Debian in a folder, booted with its own systemd, installed by
# deploy/install.sh, looked at, backed up, burned down and restored. Needs root, debootstrap and systemd-nspawn.
#   deploy/drill.sh [bookworm|trixie]      DRILL_FOLDER: where it is built (/var/tmp/countersign-drill)
#   DRILL_CA: certificates to trust besides (where a company's proxy looks into TLS)
set -euo pipefail
suite=${1:-bookworm}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${DRILL_FOLDER:-/var/tmp/countersign-drill}
root=$folder/$suite
machine=countersign-drill-$$
begun=$(date +%s) leader=

say() { printf '\n== %s (%s s)\n' "$*" "$(($(date +%s) - begun))"; }
inside() { # a script, run by the machine's own systemd
    printf 'set -eux\n%s\n' "$1" >"$root/root/step.sh"
    nsenter --target "$leader" --mount --uts --ipc --pid --net --cgroup -- systemd-run --quiet --wait --pipe --collect \
        --setenv=HOME=/root --setenv=PIP_CERT="${DRILL_CA:+/etc/drill-ca.pem}" --setenv=PYTHONUNBUFFERED=1 \
        bash /root/step.sh
}

for tool in debootstrap systemd-nspawn nsenter; do
    command -v "$tool" >/dev/null || { echo "Missing: $tool. Mend: apt-get install debootstrap systemd-container" >&2; exit 1; }
done

say "debootstrap $suite"
if [ ! -e "$folder/$suite.base/sbin/init" ]; then
    mkdir -p "$folder"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,python3 "$suite" "$folder/$suite.base" >/dev/null
fi
rm -rf "$root"
cp -a "$folder/$suite.base" "$root"
mkdir "$root/opt/countersign"
git -C "$source" ls-files -z | (cd "$source" && tar --create --null --files-from=-) | tar --extract --directory="$root/opt/countersign"
if [ -n "${DRILL_CA:-}" ]; then cp "$DRILL_CA" "$root/etc/drill-ca.pem"; fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
printf "127.0.0.1 localhost\n" >"$root/etc/hosts"

say "boot"
mkdir -p /run/systemd
systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --boot --machine="$machine" >"$folder/$suite.boot.log" 2>&1 &
nspawn=$!
trap 'kill -KILL $leader $nspawn 2>/dev/null || true' EXIT
for _ in $(seq 60); do
    leader=$(pgrep --parent $nspawn || true)
    if [ -n "$leader" ] && inside true 2>/dev/null; then break; fi
    sleep 0.5
done

say "deploy/install.sh: the blocks of docs/deploy.md"
inside '/opt/countersign/deploy/install.sh'

say "a Telegram on loopback, in place of the real one; the settings are filled in"
inside 'cat > /etc/systemd/system/telegram.service <<END
[Service]
WorkingDirectory=/opt/countersign
ExecStart=/opt/countersign/.venv/bin/python -m tests.journeys.drilled world
END
systemctl daemon-reload
systemctl start telegram.service
cd /opt/countersign
sed -i "s/^COUNTERSIGN_TELEGRAM_TOKEN=.*/COUNTERSIGN_TELEGRAM_TOKEN=7300000001:AAplayground-loopback-telegram-token/" .env
sed -i "s/^COUNTERSIGN_COMPANY_NAME=.*/COUNTERSIGN_COMPANY_NAME=Drill Ltd/" .env
sed -i "s,^COUNTERSIGN_PUBLIC_URL=.*,COUNTERSIGN_PUBLIC_URL=http://127.0.0.1:18080," .env
printf "COUNTERSIGN_TELEGRAM_API_URL=http://127.0.0.1:18081\nCOUNTERSIGN_LISTEN_PORT=18080\n" >> .env'

say "deploy/install.sh again"
inside '/opt/countersign/deploy/install.sh'

ready='cd /opt/countersign
for try in $(seq 60); do
    .venv/bin/python -c "import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:18080/readyz\").read().decode())" 2>/dev/null && break
    [ $try != 60 ] || { journalctl --no-pager -n 60 -u countersign -u countersign-activation; exit 1; }
    sleep 0.5
done
systemctl is-active countersign.service countersign-activation.service'

say "is it ready, what does doctor say"
inside "$ready"
inside 'cd /opt/countersign; runuser -u countersign -- ./dev countersign doctor || true'

say "who may read what"
inside 'runuser -u countersign -- cat /var/lib/countersign-keys/pin && exit 1
runuser -u countersign-keys -- cat /opt/countersign/.env && exit 1
runuser -u countersign-keys -- ls /var/lib/countersign && exit 1
runuser -u nobody -- ls /run/countersign && exit 1
systemd-analyze security --no-pager countersign.service | tail -1
systemd-analyze security --no-pager countersign-activation.service | tail -1'

say "memory and disk"
inside 'for pid in $(systemctl show --value --property=MainPID countersign.service countersign-activation.service) $(
    cat /sys/fs/cgroup/*/system.slice/countersign.service/cgroup.procs /sys/fs/cgroup/system.slice/countersign.service/cgroup.procs 2>/dev/null | sort -u); do
    [ "$pid" ] || continue
    awk -v pid=$pid "/^Pss:/ { print pid, \$2 \" kB PSS\" }" /proc/$pid/smaps_rollup; tr "\0" " " < /proc/$pid/cmdline; echo
done
du -sh /opt/countersign/.venv /var/lib/countersign /var/lib/countersign-keys; df -h / | tail -1'

say "two people, a key, a certificate; only root makes keys"
inside 'cd /opt/countersign
mkdir -p /root/drill
./dev countersign people add "Anna Petrova" --role administrator --identity "a drill"
./dev countersign people add "Ivan Petrov" --role signer --identity "a drill"
./dev countersign keys generate ivan --for "Ivan" --algorithm p-256
runuser -u countersign -- ./dev countersign keys generate other --for "Ivan" && exit 1
./dev countersign keys csr ivan --subject "CN=Ivan Petrov,O=Drill Ltd,C=ME" --out /root/drill/ivan.csr
.venv/bin/python -m tests.journeys.drilled certify
./dev countersign keys import-certificate ivan /root/drill/ivan.pem
install -m 600 -o countersign -g countersign /root/drill/root.pem /var/lib/countersign/trusted-roots.pem
systemctl restart countersign.service'
inside "$ready"

say "a document is asked for, shown, signed with a code, and comes back"
inside 'cd /opt/countersign
.venv/bin/python -m tests.journeys.drilled sign
./dev countersign verify /root/drill/signed.pdf'

say "what a monitor is told"
inside 'sleep 31
python3 -c "import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:18080/metrics\").read().decode())" |
    grep -E "^countersign_(activation_up|token|certificates|disk_free_bytes|journal_head_age|worker_nursery|jobs_dead)|signature:made"'

say "TLS by Caddy, with a certificate of its own making"
inside "$("$source/deploy/install.sh" --blocks tls | sed 's/sign.example.com/localhost/')
printf 'Environment=CADDY_UPSTREAM=127.0.0.1:18080\n' >> /etc/systemd/system/caddy.service.d/countersign.conf
systemctl daemon-reload; systemctl restart caddy.service; sleep 3
cat > /root/ask.py <<'END'
import ssl, urllib.error, urllib.request
trusting = ssl._create_unverified_context()
print(urllib.request.urlopen('https://localhost/livez', context=trusting).read().decode())
try:
    raise SystemExit(urllib.request.urlopen('https://localhost/metrics', context=trusting).read().decode())
except urllib.error.HTTPError as error:
    print('metrics from outside:', error.code)
END
python3 /root/ask.py"

say "a backup beside the running bot"
inside 'cd /opt/countersign
printf "a long enough passphrase" > /root/phrase; chmod 600 /root/phrase
./dev countersign backup /root/drill.tar --secrets /root/drill.secrets --passphrase-file /root/phrase
ls -l /root/drill.tar /root/drill.secrets'

say "burned down and restored"
inside 'cd /opt/countersign
systemctl stop countersign.service countersign-activation.service
find /var/lib/countersign /var/lib/countersign-keys -mindepth 1 -delete
./dev countersign restore /root/drill.tar --secrets /root/drill.secrets --passphrase-file /root/phrase
find /var/lib/countersign /var/lib/countersign-keys ! -user countersign ! -user countersign-keys
systemctl start countersign-activation.service countersign.service'
inside "$ready"
inside 'cd /opt/countersign
./dev countersign journal verify
./dev countersign people list
./dev countersign keys list
./dev countersign requests list
ls /var/lib/countersign/documents/??'
say "done"
