FROM python:3.11-slim
WORKDIR /srv/app
COPY requirements.txt .
RUN python3 -c "print('installed')"
COPY app.py state.txt ./
# Numbers that the volumes of the servers know.
RUN groupadd --gid 2002 web \
    # nobody logs in
    && useradd --uid 1001 --gid web --no-create-home --shell /usr/sbin/nologin app
USER app
