# Two stages: the first installs into a virtual environment, the second has no pip and no sources.
FROM python:3.12-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore

RUN python -m venv /opt/huashu

WORKDIR /src

# The lock file alone first: this layer is built again only when a dependency changes.
COPY requirements.lock ./
RUN /opt/huashu/bin/python -m pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY app ./app
COPY migrations ./migrations
RUN /opt/huashu/bin/python -m pip install --no-deps --no-build-isolation . \
    && /opt/huashu/bin/python -m pip uninstall --yes setuptools wheel pip


FROM python:3.12-slim

# A fixed number, so that the rights of a mounted folder can be set from outside.
RUN groupadd --gid 10001 huashu \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data \
       --shell /usr/sbin/nologin huashu \
    && install -d -o 10001 -g 10001 -m 0750 /data

COPY --from=build /opt/huashu /opt/huashu
# The shipped book; mount a folder of your own over it (read-only is enough).
COPY phrasebook /phrasebook

# HUASHU_HOST: inside the container 127.0.0.1 would be reachable by nobody, so the service listens
# on every address of the container. There it needs a key before it starts:
# docker run --rm -v huashu-data:/data huashu huashu keys create --scope admin
ENV PATH=/opt/huashu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HUASHU_PHRASEBOOK=/phrasebook \
    HUASHU_DATABASE_URL=sqlite:////data/huashu.sqlite3 \
    HUASHU_CACHE_DIR=/data/cache \
    HUASHU_HOST=0.0.0.0 \
    HUASHU_PORT=8000

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

# The first start encodes every ask of the book; later ones read the vectors from /data/cache.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['HUASHU_PORT']), timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]

CMD ["huashu", "serve"]
