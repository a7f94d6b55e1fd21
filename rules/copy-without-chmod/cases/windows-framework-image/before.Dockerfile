FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8
WORKDIR /inetpub/wwwroot
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
