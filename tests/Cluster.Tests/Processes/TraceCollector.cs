using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A span as it went over the wire.</summary>
internal sealed record CollectedSpan(string Name, string TraceId, string SpanId, string ParentSpanId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Takes what OpenTelemetry's exporters post, and keeps the spans. OTLP over HTTP: opentelemetry/proto/trace/v1/trace.proto has the fields.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task _serving;

    public TraceCollector()
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}");
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The first span of that name and that task, where it is here by now.</summary>
    public CollectedSpan? Find(string name, string task) =>
        _spans.FirstOrDefault(span => span.Name == name && span.Attributes.GetValueOrDefault("videogen.task") == task);

    /// <inheritdoc cref="Find"/>
    /// <summary>Exporters send every few seconds, so it may come later.</summary>
    public async Task<CollectedSpan> WaitForAsync(string name, string task, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (Find(name, task) is { } span)
            {
                return span;
            }

            await _news.WaitAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _news.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await ReceiveAsync(context);
            }
            catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException)
            {
                // Its sender was killed in the middle of it.
            }
        }
    }

    private async Task ReceiveAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        if (body.Length == context.Request.ContentLength64 && context.Request.Url!.AbsolutePath == "/v1/traces")
        {
            Collect(body.ToArray());
        }

        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
    }

    private void Collect(byte[] request)
    {
        foreach (var spans in Fields(request, 1).SelectMany(resource => Fields(resource, 2)))
        {
            foreach (var span in Fields(spans, 2))
            {
                var attributes = Fields(span, 9).ToDictionary(pair => Text(pair, 1), Value);
                _spans.Enqueue(new CollectedSpan(Text(span, 5), Hexadecimal(span, 1), Hexadecimal(span, 2), Hexadecimal(span, 4), attributes));
                _news.Release();
            }
        }
    }

    /// <summary>A text or a whole number; others are empty.</summary>
    private static string Value(byte[] pair)
    {
        var value = Fields(pair, 2).FirstOrDefault() ?? [];
        return Fields(value, 1).FirstOrDefault() is { } text ? Encoding.UTF8.GetString(text)
            : Fields(value, 3).FirstOrDefault() is { } number ? BinaryPrimitives.ReadInt64LittleEndian(number).ToString(CultureInfo.InvariantCulture)
            : "";
    }

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault() ?? []);

    private static string Hexadecimal(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    /// <summary>The values of a field of a message in protobuf's form; numbers as eight bytes.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number();
            byte[] value;
            switch (key & 7)
            {
                case 0:
                    value = new byte[8];
                    BinaryPrimitives.WriteInt64LittleEndian(value, Number());
                    break;
                case 1:
                    value = message[at..(at += 8)];
                    break;
                case 2:
                    var length = (int)Number();
                    value = message[at..(at += length)];
                    break;
                case 5:
                    value = message[at..(at += 4)];
                    break;
                default:
                    throw new InvalidDataException($"Not a field of protobuf at byte {at}.");
            }

            if (key >> 3 == field)
            {
                yield return value;
            }

            long Number()
            {
                long number = 0;
                for (var shift = 0; ; shift += 7)
                {
                    var next = message[at++];
                    number |= (long)(next & 0x7F) << shift;
                    if (next < 0x80)
                    {
                        return number;
                    }
                }
            }
        }
    }
}
