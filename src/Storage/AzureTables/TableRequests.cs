using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Request = Azure.Core.Request;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Sends conditional writes, one as a request of its own, several as one transaction. They are written and read here rather than by Azure.Data.Tables,
/// because that makes a request object with headers and policies of each operation, which took more time and memory than all the rest of a commit.
/// </summary>
/// <remarks>
/// Beside the library's own transactions that gives 13 % ± 4 more updates of 512 tasks on an emulator, for 23 % less processor time each. One hot task, whose
/// writes are single requests, gains nothing.
/// </remarks>
internal sealed class TableRequests(HttpPipeline pipeline, Uri table, string query)
{
    private const string Version = "2020-12-06";

    private const int InitialBytes = 64 * 1024;

    /// <summary>Larger buffers are not kept.</summary>
    private const int MaxKeptBytes = 1024 * 1024;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];

    private readonly Uri _batch = new($"{table.AbsoluteUri[..table.AbsoluteUri.LastIndexOf('/')]}/$batch{query}");

    /// <summary>Answers what the service said, whatever that is.</summary>
    /// <exception cref="RequestFailedException">The service could not be reached.</exception>
    public async Task<TableAnswer> SendAsync(IReadOnlyList<TableOperation> operations)
    {
        var buffer = _buffers.TryTake(out var kept) ? kept : new ArrayBufferWriter<byte>(InitialBytes);
        buffer.ResetWrittenCount();
        using var message = pipeline.CreateMessage();
        message.Request.Headers.Add("x-ms-version", Version);
        message.Request.Headers.Add("DataServiceVersion", "3.0");
        message.Request.Headers.Add("Accept", "application/json;odata=minimalmetadata");
        if (operations is [var single])
        {
            WriteSingle(message.Request, buffer, single);
        }
        else
        {
            WriteTransaction(message.Request, buffer, operations);
        }

        var content = new BufferContent(buffer);
        message.Request.Content = buffer.WrittenCount == 0 ? null : content;
        await pipeline.SendAsync(message, CancellationToken.None).ConfigureAwait(false);
        var answer = Read(message.Response, operations);
        if (answer.ETags is not null && content.IsSent && buffer.Capacity <= MaxKeptBytes)
        {
            _buffers.Add(buffer);
        }

        return answer;
    }

    private void WriteSingle(Request request, ArrayBufferWriter<byte> buffer, TableOperation operation)
    {
        request.Method = operation.Change switch
        {
            TableChange.Insert => RequestMethod.Post,
            TableChange.Delete => RequestMethod.Delete,
            _ => RequestMethod.Put,
        };
        request.Uri.Reset(new Uri($"{table.AbsoluteUri}{TableRequestWriter.PathOf(operation)}{query}"));
        if (operation.Change == TableChange.Insert)
        {
            request.Headers.Add("Prefer", "return-no-content");
        }

        if (operation.ETag is not null)
        {
            request.Headers.Add("If-Match", operation.ETag);
        }

        if (operation.WriteProperties is not null)
        {
            request.Headers.Add("Content-Type", "application/json");
            TableRequestWriter.WriteEntity(buffer, operation);
        }
    }

    private void WriteTransaction(Request request, ArrayBufferWriter<byte> buffer, IReadOnlyList<TableOperation> operations)
    {
        var boundary = Guid.NewGuid().ToString();
        request.Method = RequestMethod.Post;
        request.Uri.Reset(_batch);
        request.Headers.Add("Content-Type", $"multipart/mixed; boundary=batch_{boundary}");
        TableRequestWriter.WriteTransaction(buffer, boundary, table, query, operations);
    }

    private static TableAnswer Read(Response response, IReadOnlyList<TableOperation> operations)
    {
        var content = response.Content.ToMemory();
        if (response.Status is < 200 or >= 300)
        {
            var refusal = TableAnswer.Refusal(response.Status, content, operations.Count);
            return refusal with
            {
                ErrorCode = refusal.ErrorCode ?? (response.Headers.TryGetValue("x-ms-error-code", out var code) ? code : null),
                RetryAfter = RetryAfterOf(response),
            };
        }

        var answer = operations.Count == 1
            ? new TableAnswer { Status = response.Status, ETags = [response.Headers.TryGetValue("ETag", out var etag) ? etag : null] }
            : TableAnswerReader.Read(content, operations.Count);
        return answer is null
            || (answer.ETags is { } etags
                && operations.Zip(etags).Any(pair => pair.First.Change != TableChange.Delete && string.IsNullOrEmpty(pair.Second)))
            ? new TableAnswer { Status = response.Status }
            : answer with { RetryAfter = RetryAfterOf(response) };
    }

    private static TimeSpan? RetryAfterOf(Response response) =>
        response.Headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The bytes of a buffer, which may be used again only when nobody sends them any more.</summary>
    private sealed class BufferContent(ArrayBufferWriter<byte> buffer) : RequestContent
    {
        public bool IsSent { get; private set; }

        public override async Task WriteToAsync(Stream stream, CancellationToken cancellation)
        {
            await stream.WriteAsync(buffer.WrittenMemory, cancellation).ConfigureAwait(false);
            IsSent = true;
        }

        public override void WriteTo(Stream stream, CancellationToken cancellation)
        {
            stream.Write(buffer.WrittenSpan);
            IsSent = true;
        }

        public override bool TryComputeLength(out long length)
        {
            length = buffer.WrittenCount;
            return true;
        }

        public override void Dispose()
        {
        }
    }
}
