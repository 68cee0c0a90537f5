# One image for web, worker, beat and the one-shot migrate; docker-compose.yml says which it is.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11.13-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/static
# pg_dump and pg_restore, of the server's own version (docker-compose.yml); Pango and a Chinese font for PDFs.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
# Volumes that are new take over the owner of these folders.
RUN groupadd --system --gid 10001 liaison \
    && useradd --system --uid 10001 --gid liaison --home-dir /data --no-create-home liaison \
    && install -d -o liaison -g liaison -m 0750 /data \
    && install -d -o liaison -g liaison -m 0755 /static
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
USER 10001:10001
EXPOSE 8000
# WEB_CONCURRENCY (processes) is read by gunicorn itself.
CMD ["gunicorn", "congress_liaison.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "common.ops.shedding.Worker", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
