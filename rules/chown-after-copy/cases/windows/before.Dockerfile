FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY src /app
RUN chown -R app:app /app
