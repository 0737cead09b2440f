using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>What goes over the wire: requests as the service must see them, and its answers as they may come.</summary>
public sealed class TableWriteTests(Azurite azurite)
{
    [Fact]
    public async Task KeysThatAddressesAndSignaturesMustEscapeAreWrittenAloneAndTogether()
    {
        string[] ids = ["it's", "a/b\\c#d?e", "per%41cent", "é漢🎬", "a b\t+&=", "'),RowKey='x", "--changeset", "x\r\nDELETE http", new string('漢', 300), "r~"];
        using var store = await OpenAsync();
        var keys = ids.Select(id => new RecordKey("queue/it's #1", id)).ToArray();

        var etags = (await store.CommitAsync([.. keys.Select(key => Write(key, null, "1"))])).Select(ETagOf).ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            etags[i] = ETagOf((await store.CommitAsync([Write(keys[i], etags[i], $"alone {i}")]))[0]);
            Assert.Equal(new WriteVerdict.Conflict(etags[i]), (await store.CommitAsync([Write(keys[i], null, "again")]))[0]);
            Assert.Equal(new StoredRecordText(etags[i]!, $"alone {i}"), await ReadAsync(store, keys[i]));
        }

        var deleted = await store.CommitAsync([.. keys.Select((key, i) => new RecordWrite(key, etags[i], null, null))]);
        Assert.All(deleted, verdict => Assert.Equal(WriteVerdict.Deleted, verdict));
        Assert.All(keys, key => Assert.Null(store.ReadAsync(key).AsTask().GetAwaiter().GetResult()));
    }

    [Fact]
    public void AnAddressHoldsAKeyAsAnAddressMust() => Assert.Equal(
        "(PartitionKey='p1',RowKey='r%3Ait%27%27s%20a%2Fb%3F')",
        TableRequestWriter.PathOf(new TableOperation(TableChange.Replace, "p1", "r:it's a/b?", "W/\"1\"", null)));

    [Fact]
    public async Task LabelsMayHoldAnyText()
    {
        using var host = AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());
        var labels = Enumerable.Range(0, 32).ToDictionary(i => $"{i:00}\u2028\"\\{{}}", i => i == 0 ? "--batch_\u2028\u0085 \"'é漢🎬" : new string('漢', 256));
        await host.WriteAsync(Samples.Document("demo", labels: labels.ToImmutableSortedDictionary(StringComparer.Ordinal)));

        var task = Assert.Single((await host.Index.QueryAsync(new TaskQuery { Label = labels.First() })).Tasks);

        Assert.Equal(labels.OrderBy(label => label.Key, StringComparer.Ordinal), task.Labels);
    }

    [Fact]
    public async Task ARecordMayFillItsEntityAndNotAByteMore()
    {
        using var store = await OpenAsync();
        var noise = RandomNumberGenerator.GetBytes(TableBody.MaxBytes + 1);
        RecordKey full = new("other/full", "1"), more = new("other/full", "2");

        var verdicts = new[]
        {
            (await store.CommitAsync([new RecordWrite(full, null, noise[1..], null)]))[0],
            (await store.CommitAsync([new RecordWrite(more, null, noise, null)]))[0],
        };

        Assert.IsType<WriteVerdict.Stored>(verdicts[0]);
        Assert.Equal(noise[1..], (await store.ReadAsync(full))!.Value.Body.ToArray());
        Assert.Equal(StoreFault.Refused, Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdicts[1]).Exception).Fault);
        Assert.Null(await store.ReadAsync(more));
    }

    [Fact]
    public async Task ABatchPastTheBytesOfARequestGoesOutInSeveral()
    {
        using var service = new Recorder();
        using var store = await OpenAsync(service);
        var noise = Enumerable.Range(0, 12).Select(_ => RandomNumberGenerator.GetBytes(500_000)).ToArray();

        var verdicts = await store.CommitAsync([.. noise.Select((body, i) => new RecordWrite(new RecordKey("other/large", $"{i}"), null, body, null))]);

        Assert.All(verdicts, verdict => Assert.IsType<WriteVerdict.Stored>(verdict));
        Assert.All(service.Lengths, length => Assert.InRange(length, 1, 4 * 1024 * 1024));
        Assert.InRange(service.Lengths.Count, 2, 4);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 1)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 2)]
    [InlineData(HttpStatusCode.Accepted, 2)]
    public async Task AWriteThatIsTurnedAwayWaitsAsLongAsTheServiceAsksForAndIsThenStoredOnce(HttpStatusCode status, int records)
    {
        // Accepted: the transaction as a request was taken, and its first operation turned away.
        var busy = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n"
            + """{"odata.error":{"code":"ServerBusy","message":{"value":"0:Busy."}}}""" + "\r\n--c--\r\n--b--\r\n";
        using var service = new Recorder { Answer = attempt => attempt > 2 ? null : Answer(status, busy, retryAfterSeconds: 1) };
        using var store = await OpenAsync(service);

        var verdicts = await store.CommitAsync([.. Enumerable.Range(0, records).Select(i => Write(new RecordKey("other/busy", $"{i}"), null, "x"))]);

        Assert.All(verdicts, verdict => Assert.IsType<WriteVerdict.Stored>(verdict));
        Assert.Equal(3, service.Times.Count);
        Assert.All(service.Times.Zip(service.Times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(202, "", 2)]
    [InlineData(202, "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nHTTP/1.1 204 No Content\r\nETag: W/\"1\"\r\n\r\n", 2)]
    [InlineData(
        202,
        "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
        + "--c\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n--c--\r\n",
        2)]
    [InlineData(200, "<html>Sign in to this network</html>", 1)]
    [InlineData(500, "", 2)]
    [InlineData(302, "", 1)]
    public async Task AnAnswerThatDoesNotSayWhatHappenedIsNeitherSuccessNorConflict(int status, string content, int records)
    {
        using var service = new Recorder { Answer = _ => Answer((HttpStatusCode)status, content) };
        using var store = await OpenAsync(service);

        var verdicts = await store.CommitAsync([.. Enumerable.Range(0, records).Select(i => Write(new RecordKey("other/unclear", $"{i}"), null, "x"))]);

        Assert.All(
            verdicts,
            verdict => Assert.Equal(StoreFault.Failed, Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdict).Exception).Fault));
        Assert.Single(service.Times);
    }

    [Fact]
    public async Task AnAnswerThatIsCutShortLeavesTheOutcomeToTheRecord()
    {
        using var service = new Recorder { Cut = true };
        using var store = await OpenAsync(service);
        RecordKey[] keys = [new("other/cut", "1"), new("other/cut", "2")];

        var verdicts = await store.CommitAsync([.. keys.Select(key => Write(key, null, "x"))]);

        Assert.All(verdicts, verdict => Assert.IsType<WriteVerdict.Failed>(verdict));
        Assert.All(keys, key => Assert.NotNull(store.ReadAsync(key).AsTask().GetAwaiter().GetResult()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnAnswerWhoseConnectionBreaksLeavesTheOutcomeToTheRecord(int records)
    {
        using var service = new Recorder { Answer = _ => new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new StreamContent(new BrokenStream()) } };
        using var store = await OpenAsync(service);

        var verdicts = await store.CommitAsync([.. Enumerable.Range(0, records).Select(i => Write(new RecordKey("other/broken", $"{i}"), null, "x"))]);

        Assert.All(
            verdicts,
            verdict => Assert.Equal(StoreFault.Failed, Assert.IsType<StoreException>(Assert.IsType<WriteVerdict.Failed>(verdict).Exception).Fault));
        Assert.Single(service.Times);
    }

    private static RecordWrite Write(RecordKey key, string? etag, string text) => new(key, etag, Encoding.UTF8.GetBytes(text), null);

    private static string? ETagOf(WriteVerdict verdict) => Assert.IsType<WriteVerdict.Stored>(verdict).ETag;

    private static async Task<StoredRecordText?> ReadAsync(AzureTableRecordStore store, RecordKey key) =>
        await store.ReadAsync(key) is { } record ? new StoredRecordText(record.ETag, Encoding.UTF8.GetString(record.Body.Span)) : null;

    private static HttpResponseMessage Answer(HttpStatusCode status, string content, int? retryAfterSeconds = null)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(content) };
        answer.Headers.RetryAfter = retryAfterSeconds is { } seconds ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) : null;
        return answer;
    }

    private async Task<AzureTableRecordStore> OpenAsync(Recorder? service = null)
    {
        var store = AzureTableStores.Store(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), partitions: 1, service);
        await store.OpenAsync();
        service?.Start();
        return store;
    }

    private sealed record StoredRecordText(string ETag, string Text);

    /// <summary>What comes of an answer whose connection breaks after its headers.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Stands before the service: notes writes, and may answer them itself or cut the answers.</summary>
    private sealed class Recorder() : DelegatingHandler(new HttpClientHandler())
    {
        private bool _started;

        public Func<int, HttpResponseMessage?> Answer { get; init; } = _ => null;

        public bool Cut { get; init; }

        public List<TimeSpan> Times { get; } = [];

        public List<long> Lengths { get; } = [];

        public void Start() => _started = true;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_started || request.Method == HttpMethod.Get)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            Times.Add(TimeSpan.FromMilliseconds(Environment.TickCount64));
            Lengths.Add(request.Content?.Headers.ContentLength ?? 0);
            if (Answer(Times.Count) is { } answer)
            {
                answer.RequestMessage = request;
                return answer;
            }

            var real = await base.SendAsync(request, cancellationToken);
            if (Cut)
            {
                var whole = await real.Content.ReadAsStringAsync(cancellationToken);
                real.Content = new StringContent(whole[..^60]);
            }

            return real;
        }
    }
}
