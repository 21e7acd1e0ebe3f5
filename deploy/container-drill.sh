#!/usr/bin/env bash
# Containers by the documents' commands alone, on a Docker engine of its own in a folder: the image is built, the
# containers of compose.yaml start, sign a document, crash, are backed up, burned down and restored. Needs root, dockerd,
# Compose 2, and ports 80 and 443; no other Docker may run meanwhile, since this one takes the bridge docker0 away.
#   deploy/container-drill.sh      DRILL_FOLDER: where it is built (/var/tmp/countersign-container-drill)
#   DRILL_CA: certificates to trust besides (where a company's proxy looks into TLS)
# Where no registry answers, Debian's packages stand in for the two images from there (needs debootstrap).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${DRILL_FOLDER:-/var/tmp/countersign-container-drill}
begun=$(date +%s) engine=
export DOCKER_HOST=unix://$folder/docker.sock BUILDKIT_PROGRESS=quiet COMPOSE_ANSI=never COMPOSE_FILE=compose.yaml:drill.yaml

say() { printf '\n== %s (%s s)\n' "$*" "$(($(date +%s) - begun))"; }
console() { docker compose run --rm --no-TTY console "$@"; }
journey() { docker compose run --rm --no-TTY journey "$1"; }
refused() { if "$@"; then echo "This had to be refused: $*" >&2; exit 1; fi; }

start_engine() {
    dockerd --data-root "$folder/engine" --exec-root "$folder/run" --pidfile "$folder/pid" --host "$DOCKER_HOST" --bridge none \
        --iptables=false --ip6tables=false --ip-forward=false --containerd-namespace countersign-drill \
        --containerd-plugins-namespace countersign-drill-plugins >>"$folder/engine.log" 2>&1 &
    engine=$!
    for _ in $(seq 60); do
        docker info >/dev/null 2>&1 && return
        kill -0 $engine 2>/dev/null || break
        sleep 0.5
    done
    tail -n 5 "$folder/engine.log" >&2
    exit 1
}

stop_engine() { kill -TERM $engine && { wait $engine || true; }; }

leave() {
    docker compose --profile '*' down --volumes --timeout 5 >/dev/null 2>&1 || true
    stop_engine || true
    umount "$folder"/run/netns/* 2>/dev/null || true
}

images() { # what Docker Hub has, or what it is made of
    docker image inspect debian:12-slim caddy:2 >/dev/null 2>&1 && return # from an earlier drill
    if ! docker pull --quiet debian:12-slim || ! docker pull --quiet caddy:2; then
        echo "No registry answers: Debian's packages stand in."
        [ -e "$folder/base/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$folder/base" >/dev/null
        echo 'APT::Keep-Downloaded-Packages "false"; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";' \
            >"$folder/base/etc/apt/apt.conf.d/docker-clean"
        tar --directory="$folder/base" --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
            --exclude='./var/lib/apt/lists/*' --exclude='./var/cache/apt/*' --exclude='./dev/*' --create . |
            docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - debian:12-slim
        docker build --network host --tag caddy:2 - <<'END'
FROM debian:12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends caddy busybox && ln -s busybox /bin/nc
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
END
    fi
    if [ -n "${DRILL_CA:-}" ]; then
        printf 'FROM debian:12-slim\nCOPY %s /etc/drill-ca.pem\nENV PIP_CERT=/etc/drill-ca.pem\n' "$(basename "$DRILL_CA")" |
            docker build --file - --tag debian:12-slim "$(dirname "$DRILL_CA")"
    fi
}

healthy() { # wait until all that should be is, and Caddy passes on what the bot says
    for _ in $(seq 120); do
        if [ "$(docker compose ps --format '{{.Health}}' activation bot caddy | grep -cx healthy)" = 3 ] &&
            curl --insecure --silent --fail --max-time 5 https://localhost/livez >/dev/null; then return; fi
        sleep 1
    done
    docker compose ps --all
    docker compose logs --tail 40
    exit 1
}

for tool in dockerd containerd docker debootstrap curl; do
    command -v "$tool" >/dev/null || { echo "Missing: $tool. Mend: apt-get install docker.io docker-compose debootstrap curl" >&2; exit 1; }
done
if pgrep --exact dockerd >/dev/null; then echo "A Docker runs here already. Mend: systemctl stop docker.socket docker.service" >&2; exit 1; fi
docker compose version --short

say "an engine of its own"
mkdir -p "$folder"
trap leave EXIT
start_engine
images

say "deploy: the blocks of docs/deploy.md; a Telegram on loopback, in place of the real one"
rm -rf "$folder/source"
mkdir "$folder/source"
git -C "$here" ls-files -z | (cd "$here" && tar --create --null --files-from=-) | tar --extract --directory="$folder/source"
cd "$folder/source/deploy"
# Journeys need the playground and what the console may; images are built in the host's network, since the engine has none.
cat >drill.yaml <<'END'
x-world: &world
  build: {context: .., dockerfile: deploy/Dockerfile, network: host}
services:
  init: *world
  activation: *world
  bot: *world
  console: *world
  telegram:
    <<: *world
    image: countersign
    network_mode: host
    working_dir: /source
    volumes: ["..:/source:ro"]
    command: [python, -m, tests.journeys.drilled, world]
  journey:
    extends: {file: compose.yaml, service: console}
    <<: *world
    working_dir: /source
    volumes: ["..:/source:ro", "./files:/root/drill"]
    entrypoint: [python, -m, tests.journeys.drilled]
END
eval "$("$here/deploy/install.sh" --blocks containers | sed 's/sign.example.com/localhost/')"
sed -i "s/^COUNTERSIGN_TELEGRAM_TOKEN=.*/COUNTERSIGN_TELEGRAM_TOKEN=7300000001:AAplayground-loopback-telegram-token/
s/^COUNTERSIGN_COMPANY_NAME=.*/COUNTERSIGN_COMPANY_NAME=Drill Ltd/
s,^COUNTERSIGN_PUBLIC_URL=.*,COUNTERSIGN_PUBLIC_URL=http://127.0.0.1:18080," countersign.env
printf 'COUNTERSIGN_TELEGRAM_API_URL=http://127.0.0.1:18081\nCOUNTERSIGN_LISTEN_PORT=18080\n' >>countersign.env
echo CADDY_UPSTREAM=127.0.0.1:18080 >>.env
docker compose --profile '*' down --volumes # what a drill that was cut off has left
up=$("$here/deploy/install.sh" --blocks containers-up)
eval "${up/doctor/doctor || true}"
healthy
docker compose ps

say "walls: users, files, networks, workers"
refused docker compose exec --no-TTY --user root bot touch /opt/countersign/written
refused docker run --rm --user 10001:10001 --volume countersign_keys:/keys countersign cat /keys/pin
refused docker run --rm --user 10002:10002 --volume countersign_data:/data countersign ls /data
refused docker run --rm --user 65534:65534 --volume countersign_socket:/socket countersign ls /socket
docker run --rm --user 10002:10002 --volume countersign_keys:/keys countersign ls -ln /keys/pin
[ "$(docker compose exec --no-TTY activation ls /sys/class/net)" = lo ]
docker compose exec --no-TTY bot grep -hE '^(CapBnd|NoNewPrivs|Seccomp):' /proc/1/status
# The mother of the workers stands in a network of her own; the walls themselves are what doctor tried.
[ "$(docker compose exec --no-TTY bot sh -c 'readlink /proc/[0-9]*/ns/net 2>/dev/null | sort -u | wc -l')" = 2 ]
docker compose exec --no-TTY bot countersign doctor >"$folder/doctor" || true
grep -E '^✓ Workers +no network, limited memory, own files' "$folder/doctor"
grep -E '^✓ PIN .* closed to this user' "$folder/doctor"

say "what takes too much memory ends alone"
refused docker compose exec --no-TTY bot python -c "open('/proc/self/oom_score_adj', 'w').write('800'); b'x' * (2 << 30)"
[ "$(docker inspect --format '{{.RestartCount}}' countersign-bot-1)" = 0 ]

say "memory and disk"
docker image ls --format '{{.Repository}} {{.Size}}' countersign
docker stats --no-stream --format '{{.Name}} {{.MemUsage}}'
for container in bot activation; do
    for pid in $(docker compose top $container | awk '$2 ~ /^[0-9]+$/ { print $2 }'); do
        awk -v name="$container $pid" '/^Pss:/ { print name, $2 " kB PSS" }' "/proc/$pid/smaps_rollup"
    done
done

say "two people, a key, a certificate; only root makes keys"
console people add "Anna Petrova" --role administrator --identity "a drill"
console people add "Ivan Petrov" --role signer --identity "a drill"
console keys generate ivan --for "Ivan" --algorithm p-256
refused docker compose run --rm --no-TTY --user 10001:10001 console keys generate other --for "Ivan"
console keys csr ivan --subject "CN=Ivan Petrov,O=Drill Ltd,C=ME" --out ivan.csr
journey certify
console keys import-certificate ivan ivan.pem
eval "$("$here/deploy/install.sh" --blocks containers-roots)"
healthy

say "a document is asked for, shown, signed with a code, and comes back"
journey sign
console verify signed.pdf

say "TLS by Caddy, with a certificate of its own making; numbers are not for strangers"
curl --insecure --silent --show-error --fail https://localhost/livez
[ "$(curl --insecure --silent --output /dev/null --write-out '%{http_code}' https://localhost/metrics)" = 404 ]
curl --silent --fail http://127.0.0.1:18080/metrics | grep -E '^countersign_activation_up 1'

say "the bot dies, the module dies, the whole engine starts anew"
for container in bot activation caddy; do
    kill -KILL "$(docker inspect --format '{{.State.Pid}}' "countersign-$container-1")"
    sleep 2
    healthy
done
stop_engine
start_engine
healthy

say "a backup beside the running bot"
(umask 077 && printf 'a long enough passphrase' >files/phrase)
console backup drill.tar --secrets drill.secrets --passphrase-file phrase
ls -l files

say "burned down and restored"
docker compose down --volumes
console restore drill.tar --secrets drill.secrets --passphrase-file phrase
docker compose up --detach
healthy
console journal verify
console people list
console keys list
console requests list
docker compose exec --no-TTY bot sh -c 'ls /var/lib/countersign/documents/??'
say "done"
