using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using Orleans.Storage;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.AzureTables;

public sealed class AzureTableStoreTests(Azurite azurite)
{
    [Fact]
    public async Task OneStaleWriteInABatchHoldsUpNoneOfTheOthers()
    {
        using var store = await OpenStoreAsync(partitions: 1);
        var first = await store.CommitAsync([.. Enumerable.Range(0, 150).Select(i => Write($"t{i}", 1, null))]);
        var etags = first.Select(verdict => Assert.IsType<WriteVerdict.Stored>(verdict).ETag).ToArray();
        const string Stale = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"";
        var batch = Enumerable.Range(0, 150).Select(i => Write($"t{i}", 2, i is 7 or 70 or 149 ? Stale : etags[i])).ToArray();

        var verdicts = await store.CommitAsync(batch);

        for (var i = 0; i < 150; i++)
        {
            if (i is 7 or 70 or 149)
            {
                Assert.Equal(new WriteVerdict.Conflict(etags[i]), verdicts[i]);
            }
            else
            {
                Assert.Equal(Assert.IsType<WriteVerdict.Stored>(verdicts[i]).ETag, (await store.ReadAsync(batch[i].Key))!.Value.ETag);
            }
        }
    }

    [Fact]
    public async Task AWriterInAnotherProcessMakesAnETagStaleAlthoughTheListIsRemembered()
    {
        var (connection, table) = (await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());
        using var one = AzureTableStores.Open(connection, table);
        using var other = AzureTableStores.Open(connection, table);
        var etag = await one.WriteAsync(Samples.Document("demo", 1, RunStatus.Pending));
        var newer = await other.WriteAsync(Samples.Document("demo", 2, RunStatus.Failed), etag);

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => one.WriteAsync(Samples.Document("demo", 2, RunStatus.Completed), etag));
        await one.WriteAsync(Samples.Document("demo", 3, RunStatus.Cancelled, createdAt: Samples.Epoch.AddDays(1)), newer);

        var task = Assert.Single((await other.Index.QueryAsync(new TaskQuery())).Tasks);
        Assert.Equal((RunStatus.Cancelled, 3), (task.Status, task.Version));
    }

    [Fact]
    public async Task ALargeBodyIsCompressedAndOneThatIsTooLargeIsRefusedWhileTheOthersCommit()
    {
        using var store = await OpenStoreAsync(partitions: 1);
        var text = new string('x', 900_000);
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(1_500_000));

        var verdicts = await store.CommitAsync([Write("large", 1, null, text), Write("too-large", 1, null, noise), Write("small", 1, null)]);

        Assert.IsType<WriteVerdict.Stored>(verdicts[0]);
        var refused = Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdicts[1]).Exception);
        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Contains("task too-large", refused.Message, StringComparison.Ordinal);
        Assert.IsType<WriteVerdict.Stored>(verdicts[2]);
        Assert.Contains(text, System.Text.Encoding.UTF8.GetString((await store.ReadAsync(verdictKey("large")))!.Value.Body.Span), StringComparison.Ordinal);
        Assert.Null(await store.ReadAsync(verdictKey("too-large")));

        static RecordKey verdictKey(string id) => new(RecordKey.TaskKind, id);
    }

    [Fact]
    public async Task ABatchPastTheBytesOfOneTransactionIsSplit()
    {
        using var store = await OpenStoreAsync(partitions: 1);
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(450_000));
        var verdicts = await store.CommitAsync([.. Enumerable.Range(0, 12).Select(i => Write($"t{i}", 1, null, noise))]);
        Assert.All(verdicts, verdict => Assert.IsType<WriteVerdict.Stored>(verdict));
    }

    [Fact]
    public async Task AThrottledWriteWaitsAsLongAsTheServiceAsksFor()
    {
        using var service = new Throttling(2) { InnerHandler = new HttpClientHandler() };
        using var host = AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), handler: service);

        await host.WriteAsync(Samples.Document("demo"));

        Assert.Equal(3, service.Transactions.Count);
        Assert.All(service.Transactions.Zip(service.Transactions.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task AServiceThatStaysTooBusyIsAnErrorInTheEnd()
    {
        using var service = new Throttling(1_000, retryAfter: null) { InnerHandler = new HttpClientHandler() };
        using var host = AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), handler: service);
        var error = await Assert.ThrowsAsync<StoreException>(() => host.WriteAsync(Samples.Document("demo")));
        Assert.Equal(StoreFault.Busy, error.Fault);
        Assert.False((await host.ReadAsync("demo")).RecordExists);
    }

    [Fact]
    public async Task AnAnswerThatIsLostIsAnErrorAndTheRecordTellsWhatHappened()
    {
        using var service = new LostAnswers { InnerHandler = new HttpClientHandler() };
        using var host = AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), handler: service);
        await Assert.ThrowsAsync<StoreException>(() => host.WriteAsync(Samples.Document("demo", 1)));
        Assert.Equal(1, service.Lost);

        var read = await host.ReadAsync("demo");
        Assert.Equal(1, read.State!.Commit.Version);
        await host.WriteAsync(Samples.Document("demo", 2), read.ETag);
    }

    [Theory]
    [InlineData("nonsense", "not usable")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a;", "cannot be reached")]
    public async Task AWrongConnectionStringIsOneClearError(string connection, string why)
    {
        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            using var host = AzureTableStores.Open(connection, AzureTableStores.NewTable());
            await host.ReadAsync("demo");
        });
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Retry", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongKeyIsOneClearError()
    {
        var connection = (await azurite.ConnectionStringAsync()).Replace("Eby8", "Abcd", StringComparison.Ordinal);
        using var host = AzureTableStores.Open(connection, AzureTableStores.NewTable());
        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));
        Assert.Equal(StoreFault.Unusable, error.Fault);
        Assert.Contains("refused the credentials", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Abcd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingTableThatMayNotBeMadeIsOneClearError()
    {
        using var store = await OpenStoreAsync(options => options.CreateTable = false);
        var error = await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync());
        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(-1, "refused the credentials")]
    public async Task ASignatureIsGoodUntilItExpires(int hours, string? why)
    {
        var service = new TableServiceClient(await azurite.ConnectionStringAsync());
        var uri = service.GenerateSasUri(TableAccountSasPermissions.All, TableAccountSasResourceTypes.All, DateTimeOffset.UtcNow.AddHours(hours));
        var options = new AzureTableStorageOptions { ServiceUri = uri, TableName = AzureTableStores.NewTable() };
        using var store = new AzureTableRecordStore(options, TimeProvider.System);

        var error = await Record.ExceptionAsync(() => store.OpenAsync());

        Assert.Equal(why is null, error is null);
        Assert.Contains(why ?? "", error?.Message ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", error?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherNumberOfPartitionsIsRefused()
    {
        var table = AzureTableStores.NewTable();
        using var first = await OpenStoreAsync(options => options.TableName = table);
        await first.OpenAsync();
        using var second = await OpenStoreAsync(options => (options.TableName, options.Partitions) = (table, 9));
        var error = await Assert.ThrowsAsync<StoreException>(() => second.OpenAsync());
        Assert.Contains("was made with 8 partitions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("B0", 10)]
    [InlineData("Z0", 100_000)]
    public async Task ADamagedEntityIsAnErrorThatNamesTheTaskAndOthersLive(string part, int length)
    {
        var (connection, table) = (await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());
        using var host = AzureTableStores.Open(connection, table, partitions: 1);
        await host.WriteAsync(Samples.Document("demo", note: new string('x', length)));
        await host.WriteAsync(Samples.Document("other"));
        var client = new TableClient(connection, table);
        var entity = (await client.GetEntityAsync<TableEntity>("p000", "r:taskstate-task:demo".Replace("-", "=2f", StringComparison.Ordinal))).Value;
        entity[part] = entity.GetBinary(part)[..^3];
        await client.UpdateEntityAsync(entity, entity.ETag, TableUpdateMode.Replace);

        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));

        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("task demo", error.Message, StringComparison.Ordinal);
        Assert.True((await host.ReadAsync("other")).RecordExists);
    }

    /// <summary>The service refuses a whole transaction over one entity, and need not say which.</summary>
    [Fact]
    public async Task OneEntityThatTheServiceRefusesHoldsUpNoneOfTheOthers()
    {
        var handler = new Refusing("poison") { InnerHandler = new HttpClientHandler() };
        using var store = AzureTableStores.Store(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), 1, handler);
        var batch = Enumerable.Range(0, 40).Select(i => Write(i == 17 ? "poison" : $"t{i}", 1, null)).ToArray();

        var verdicts = await store.CommitAsync(batch);

        Assert.Equal(StoreFault.Refused, Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdicts[17]).Exception).Fault);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(i != 17, (await store.ReadAsync(batch[i].Key)) is not null);
        }
    }

    private static RecordWrite Write(string taskId, long version, string? etag, string? note = null)
    {
        var document = Samples.Document(taskId, version, note: note);
        return new RecordWrite(new RecordKey(RecordKey.TaskKind, taskId), etag, document.ToUtf8Json(), document.GetSummary(Samples.Epoch));
    }

    private Task<AzureTableRecordStore> OpenStoreAsync(int partitions) => OpenStoreAsync(options => options.Partitions = partitions);

    private async Task<AzureTableRecordStore> OpenStoreAsync(Action<AzureTableStorageOptions> configure)
    {
        var options = new AzureTableStorageOptions { ConnectionString = await azurite.ConnectionStringAsync(), TableName = AzureTableStores.NewTable() };
        configure(options);
        return new AzureTableRecordStore(options, TimeProvider.System);
    }

    /// <summary>Turns the first transactions away.</summary>
    private sealed class Throttling(int times, int? retryAfter = 1) : DelegatingHandler
    {
        public List<TimeSpan> Transactions { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal))
            {
                Transactions.Add(TimeSpan.FromMilliseconds(Environment.TickCount64));
                if (Transactions.Count <= times)
                {
                    var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
                    answer.Headers.RetryAfter = retryAfter is { } seconds ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) : null;
                    return answer;
                }
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Refuses every write with that word in it.</summary>
    private sealed class Refusing(string word) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            return body.Contains(word, StringComparison.Ordinal)
                ? new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request, Content = new StringContent("{}") }
                : await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Lets the first transaction happen and loses its answer.</summary>
    private sealed class LostAnswers : DelegatingHandler
    {
        public int Lost { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (Lost == 0 && request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal))
            {
                Lost++;
                answer.Dispose();
                throw new HttpRequestException("The connection was cut.");
            }

            return answer;
        }
    }
}
