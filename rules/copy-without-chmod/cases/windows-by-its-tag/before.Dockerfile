FROM python:3.12-windowsservercore-ltsc2022
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
