using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>Each kind of credentials lets in reads, single writes and transactions alike.</summary>
public sealed class TableCredentialTests(Azurite azurite)
{
    private static readonly RecordKey One = new("other/access", "it's 1");

    private static readonly RecordKey Two = new("other/access", "2");

    [Fact]
    public async Task AKey() => await TryAllAsync(new AzureTableStorageOptions { ConnectionString = await azurite.ConnectionStringAsync() });

    [Fact]
    public async Task ASignatureInTheAddress() => await TryAllAsync(new AzureTableStorageOptions { ServiceUri = await SignedAsync() });

    [Fact]
    public async Task ASignatureInTheConnectionString()
    {
        var uri = await SignedAsync();
        var connection = $"TableEndpoint={uri.GetLeftPart(UriPartial.Path)};SharedAccessSignature={uri.Query[1..]}";
        await TryAllAsync(new AzureTableStorageOptions { ConnectionString = connection });
    }

    [Fact]
    public async Task ATokenOfAnIdentity()
    {
        using var gate = new TokenGate(await SignedAsync());
        var options = new AzureTableStorageOptions { ServiceUri = TokenGate.Address, Credential = new OneToken(), Transport = new HttpClientTransport(gate) };
        await TryAllAsync(options);
        Assert.True(gate.LetIn > 3);
        Assert.Equal(0, gate.TurnedAway);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ASignatureThatIsRevokedIsOneClearError(int records)
    {
        using var revoking = new Revoking();
        var options = new AzureTableStorageOptions
        {
            ServiceUri = await SignedAsync(),
            TableName = AzureTableStores.NewTable(),
            Partitions = 1,
            Transport = new HttpClientTransport(revoking),
        };
        using var store = new AzureTableRecordStore(options, TimeProvider.System);
        await store.OpenAsync();
        revoking.IsRevoked = true;

        var verdicts = await store.CommitAsync([.. new[] { One, Two }.Take(records).Select(key => Write(key, null, "x"))]);

        Assert.All(verdicts, verdict =>
        {
            var error = Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdict).Exception);
            Assert.Equal(StoreFault.Unusable, error.Fault);
            Assert.Contains("refused the credentials", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("sig=", error.ToString(), StringComparison.Ordinal);
        });
    }

    private static async Task TryAllAsync(AzureTableStorageOptions options)
    {
        options.TableName = AzureTableStores.NewTable();
        options.Partitions = 1;
        using var store = new AzureTableRecordStore(options, TimeProvider.System);
        var both = await store.CommitAsync([Write(One, null, "1"), Write(Two, null, "1")]);
        var alone = await store.CommitAsync([Write(One, Assert.IsType<WriteVerdict.Stored>(both[0]).ETag, "2")]);
        Assert.IsType<WriteVerdict.Stored>(both[1]);
        var record = (await store.ReadAsync(One))!.Value;
        Assert.Equal((Assert.IsType<WriteVerdict.Stored>(alone[0]).ETag, "2"), (record.ETag, Encoding.UTF8.GetString(record.Body.Span)));
    }

    private static RecordWrite Write(RecordKey key, string? etag, string text) => new(key, etag, Encoding.UTF8.GetBytes(text), null);

    private async Task<Uri> SignedAsync() => new TableServiceClient(await azurite.ConnectionStringAsync())
        .GenerateSasUri(TableAccountSasPermissions.All, TableAccountSasResourceTypes.All, DateTimeOffset.UtcNow.AddHours(1));

    private sealed class OneToken : TokenCredential
    {
        public const string Token = "a-token";

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(Token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    /// <summary>Plays the service in the cloud, which takes tokens over TLS only: lets in who has one, and hands the request on to the emulator.</summary>
    private sealed class TokenGate(Uri emulator) : DelegatingHandler(new HttpClientHandler())
    {
        public static readonly Uri Address = new("https://account.table.core.windows.net");

        public int LetIn { get; private set; }

        public int TurnedAway { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: OneToken.Token } || request.RequestUri!.Host != Address.Host)
            {
                TurnedAway++;
                return new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { RequestMessage = request };
            }

            LetIn++;
            var place = emulator.GetLeftPart(UriPartial.Path).TrimEnd('/');
            request.Headers.Authorization = null;
            request.RequestUri = new Uri($"{place}{request.RequestUri.AbsolutePath}{emulator.Query}&{request.RequestUri.Query.TrimStart('?')}".TrimEnd('&'));
            if (request.Content is { } content)
            {
                var text = await content.ReadAsStringAsync(cancellationToken);
                request.Content = new StringContent(text.Replace(Address.AbsoluteUri.TrimEnd('/'), place, StringComparison.Ordinal));
                request.Content.Headers.Remove("Content-Type");
                request.Content.Headers.TryAddWithoutValidation("Content-Type", content.Headers.ContentType!.ToString());
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Revoking() : DelegatingHandler(new HttpClientHandler())
    {
        public bool IsRevoked { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = IsRevoked ? new Uri(request.RequestUri!.AbsoluteUri.Replace("sig=", "sig=x", StringComparison.Ordinal)) : request.RequestUri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
