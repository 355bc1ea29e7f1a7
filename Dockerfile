# Two stages: packages are installed in the first, so that pip's leavings do not reach the image that runs.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/sendco
COPY requirements.lock /tmp/
RUN /opt/sendco/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
# The three libraries make the PDFs; the client saves and restores the database.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/sendco --shell /usr/sbin/nologin sendco \
    && install -d -o sendco -g sendco -m 700 /var/lib/sendco
COPY --from=packages /opt/sendco /opt/sendco
WORKDIR /app
COPY . .
ENV PATH=/opt/sendco/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=sendco.settings \
    SENDCO_ENV_FILE= \
    SENDCO_STATIC_DIR=/app/static-built \
    SENDCO_VAR_DIR=/var/lib/sendco
# The key is for this one command, which signs nothing; a container without its own key refuses to start.
RUN python -m compileall -q /app && SENDCO_SECRET_KEY=building SENDCO_VAR_DIR=/tmp/building \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/building
USER sendco
VOLUME /var/lib/sendco
EXPOSE 8000
CMD ["gunicorn", "sendco.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", \
     "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200", "--timeout", "60", \
     "--graceful-timeout", "20", "--keep-alive", "0", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--log-level", "info"]
