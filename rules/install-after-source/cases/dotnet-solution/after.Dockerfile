FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY Directory.Packages.props Shop.sln nuget.config ./
COPY src/Api/Api.csproj ./src/Api/
COPY src/Core/Core.csproj ./src/Core/
RUN dotnet restore
COPY . .
RUN dotnet publish src/Api -c Release -o /out --no-restore
