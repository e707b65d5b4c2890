ARG BASE=python:3.11-slim
FROM ${BASE}

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    HOST=0.0.0.0 PORT=8000 WEB_WORKERS=1 VAR_DIR=/var/lib/helpdesk PATH=/opt/venv/bin:$PATH

RUN useradd --create-home --home-dir /var/lib/helpdesk --uid 10001 --shell /usr/sbin/nologin helpdesk
WORKDIR /app

COPY requirements.txt .
RUN python3 -m venv /opt/venv && /opt/venv/bin/pip install --disable-pip-version-check -r requirements.txt

COPY . .
USER helpdesk
VOLUME /var/lib/helpdesk
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=8)"]

# The whole desk; `python -m helpdesk.supervisor web` and `… worker` are one Procfile entry each.
CMD ["python", "manage.py", "serve"]
