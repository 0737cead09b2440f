using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace VideoGen.Cli.WorkerCheck;

/// <summary>
/// Answers a worker as a cluster does, and as badly as one may: it gives one stage after the other, each with an ordeal, and notes what the worker does that it
/// must not do.
/// </summary>
internal sealed class HostileCluster(JsonElement input, IEnumerable<Ordeal> ordeals, TimeProvider time)
{
    /// <summary>Short, so that the check does not take long; a worker is told it with each stage.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(2);

    /// <summary>A machine that is busy may be late with a report; it is silence only after so much more.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(0.4);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>A worker that was told to stop may have said something a moment before.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.3);

    private const int Gone = StatusCodes.Status410Gone;

    private readonly Lock _gate = new();
    private readonly List<BrokenRule> _broken = [];
    private readonly Queue<Ordeal> _ordeals = new(ordeals);
    private readonly Dictionary<string, JsonElement> _uploads = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Ordeal? _ordeal;
    private string? _incarnation;
    private string? _lease;
    private string? _question;
    private string? _end;
    private long _heard;
    private long _told;
    private long _busySince;
    private int _token = 7;
    private bool _isStopped;
    private bool _isStruck;
    private int _reports;
    private int _ends;

    /// <summary>The key that the worker is given.</summary>
    public string AccessKey { get; } = $"vg_worker_{Guid.NewGuid():N}";

    /// <summary>Completes when all ordeals are over.</summary>
    public Task Done => _done.Task;

    /// <summary>What it is at, for a person who waits.</summary>
    public Ordeal? Present => _ordeal;

    public bool HasDrained { get; private set; }

    public IReadOnlyList<BrokenRule> Broken
    {
        get
        {
            lock (_gate)
            {
                return [.. _broken];
            }
        }
    }

    public WebApplication Create(Uri address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address.ToString());
        var app = builder.Build();
        app.Run(AnswerAsync);
        return app;
    }

    public void Note(CheckedRule rule, string what)
    {
        lock (_gate)
        {
            if (_broken.All(broken => broken.Rule != rule))
            {
                _broken.Add(new BrokenRule(rule, what));
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.Value!;
        if (context.Request.Headers.Authorization.ToString() != $"Bearer {AccessKey}")
        {
            Note(CheckedRule.Key, $"{context.Request.Method} {path} came without the key.");
        }

        if (path == "/api/work")
        {
            await GiveAsync(context, body.ToArray());
            return;
        }

        Func<HttpContext, Task> answer;
        lock (_gate)
        {
            answer = Hear(context, path, body.ToArray());
        }

        await answer(context);
    }

    /// <summary>A question for work.</summary>
    private async Task GiveAsync(HttpContext context, byte[] body)
    {
        JsonElement wish;
        try
        {
            wish = JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, new { detail = "The body is not JSON." });
            return;
        }

        Func<HttpContext, Task> answer;
        lock (_gate)
        {
            answer = Take(context, wish);
        }

        await answer(context);
    }

    private Func<HttpContext, Task> Take(HttpContext context, JsonElement wish)
    {
        var incarnation = wish.TryGetProperty("incarnation", out var given) ? given.ToString() : "";
        if (!Guid.TryParse(incarnation, out var id) || id == Guid.Empty || (_incarnation is not null && _incarnation != incarnation))
        {
            Note(CheckedRule.Incarnation, $"It calls itself '{incarnation}'{(_incarnation is null ? "" : $", and was '{_incarnation}' before")}.");
        }

        _incarnation ??= incarnation;
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (HasDrained)
        {
            Note(CheckedRule.Drain, "It asked for more work after it was told to drain.");
            return Empty;
        }

        switch (_ordeal)
        {
            case Ordeal.QuestionUnanswered when _question is not null:
                if (key.Length == 0 || key != _question)
                {
                    Note(CheckedRule.Question, $"It asked under '{_question}', and then under '{key}': the stage of the first answer would be lost.");
                }

                _question = null;
                return Item(wish);
            case Ordeal.Busy when _lease is null:
                var away = time.GetElapsedTime(_busySince);
                if (away < RetryAfter - Grace)
                {
                    Note(CheckedRule.Busy, $"It came again {away.TotalSeconds:0.0} s later, and was told {RetryAfter.TotalSeconds:0}.");
                }

                return Item(wish);
            case Ordeal.CutOff when _lease is null:
                return Item(wish);
        }

        if (_lease is not null && !_isStopped)
        {
            Note(CheckedRule.Complete, $"It asked for more work, and left the stage of before ({_ordeal}) without an end.");
        }

        if (_ordeal == Ordeal.Paused && _lease is not null && _end is null)
        {
            Note(CheckedRule.Pause, "It took other work and did not release the stage.");
        }

        if (_ordeal == Ordeal.EndUnanswered && _ends == 1)
        {
            Note(CheckedRule.Again, "It never sent again the end that got no answer.");
        }

        _lease = null;
        if (!_ordeals.TryDequeue(out var next))
        {
            _done.TrySetResult();
            return Empty;
        }

        _ordeal = next;
        _isStruck = false;
        switch (next)
        {
            case Ordeal.Busy:
                _busySince = time.GetTimestamp();
                return async one =>
                {
                    one.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                    await WriteAsync(one, StatusCodes.Status503ServiceUnavailable, new { detail = "Too much to do." });
                };
            case Ordeal.CutOff:
                return async one =>
                {
                    one.Response.ContentType = "application/json";
                    await one.Response.WriteAsync("{\"work\": [{\"task_id\": \"che");
                };
            case Ordeal.QuestionUnanswered:
                _question = key.Length == 0 ? "(no key)" : key;
                return Cut;
            default:
                return Item(wish);
        }
    }

    /// <summary>Gives the stage of the present ordeal under a new lease.</summary>
    private Func<HttpContext, Task> Item(JsonElement wish)
    {
        _lease = $"{_token++}.{Guid.NewGuid():N}";
        _isStopped = false;
        _end = null;
        _ends = 0;
        _reports = 0;
        _uploads.Clear();
        _heard = time.GetTimestamp();
        var name = _ordeal is Ordeal.OfferedAgain ? nameof(Ordeal.LeaseGone) : $"{_ordeal}";
        var kind = wish.TryGetProperty("kinds", out var kinds) && kinds.GetArrayLength() > 0 ? kinds[0].GetString()! : "work";
        var task = $"check-{name}".ToLowerInvariant();
        var item = new
        {
            task_id = task,
            stage = kind,
            attempt = 1,
            url = $"/api/work/{task}/{kind}",
            lease = _lease,
            lease_s = LeaseTime.TotalSeconds,
            report_every_s = ReportEvery.TotalSeconds,
            input,
            parameters = (object?)null,
            inputs = Array.Empty<object>(),
        };
        return context => WriteAsync(context, StatusCodes.Status200OK, new { work = new[] { item } });
    }

    /// <summary>Something that is said of a stage.</summary>
    private Func<HttpContext, Task> Hear(HttpContext context, string path, byte[] body)
    {
        var verb = path.Split('/') is [.., "artifacts", _] ? "artifact" : path.Split('/')[^1];
        var lease = context.Request.Headers["VideoGen-Lease"].ToString();
        if (lease.Length == 0 || lease != _lease)
        {
            Note(
                _isStopped && _ordeal == Ordeal.LeaseGone ? CheckedRule.Lost : CheckedRule.Lease,
                $"It said '{verb}' of {path} under the lease '{lease}', which is not that of the stage.");
            return Problem(Gone, "lease-lost");
        }

        if (_isStopped)
        {
            if (time.GetElapsedTime(_told) > Grace && _end is null)
            {
                Note(
                    _ordeal == Ordeal.LeaseGone ? CheckedRule.Lost : _ordeal == Ordeal.Paused ? CheckedRule.Pause : CheckedRule.Cancel,
                    $"It said '{verb}' of the stage after it had been told to stop.");
            }

            return _end is not null ? End(verb, body) : Problem(Gone, "lease-lost");
        }

        var silence = time.GetElapsedTime(_heard);
        if (silence > LeaseTime + Slack || (silence > LeaseTime && _reports == 0 && verb != "report"))
        {
            Note(CheckedRule.Heartbeat, $"It was silent for {silence.TotalSeconds:0.0} s; the lease held for {LeaseTime.TotalSeconds:0}.");
        }

        _heard = time.GetTimestamp();
        _reports++;
        return verb switch
        {
            "report" => Report(),
            "artifact" => Upload(context, path, body),
            _ => End(verb, body),
        };
    }

    private Func<HttpContext, Task> Report()
    {
        var directive = "continue";
        switch (_ordeal)
        {
            case Ordeal.Cancelled:
                directive = "cancel";
                Stop();
                break;
            case Ordeal.Paused:
                directive = "pause";
                _isStruck = true;
                break;
            case Ordeal.LeaseGone:
                Stop();
                return Problem(Gone, "lease-lost");
            case Ordeal.ReportFails when !_isStruck:
                _isStruck = true;
                return Problem(StatusCodes.Status500InternalServerError, "internal");
            case Ordeal.Drained:
                directive = "drain";
                _isStruck = true;
                break;
        }

        return context => WriteAsync(context, StatusCodes.Status200OK, new
        {
            directive,
            lease_s = LeaseTime.TotalSeconds,
            next_report_s = ReportEvery.TotalSeconds,
            version = 1,
        });
    }

    private void Stop()
    {
        _isStopped = true;
        _told = time.GetTimestamp();
    }

    private Func<HttpContext, Task> Upload(HttpContext context, string path, byte[] body)
    {
        var name = Uri.UnescapeDataString(path.Split('/')[^1]);
        var made = JsonSerializer.SerializeToElement(new
        {
            name,
            length = body.Length,
            sha256 = Convert.ToHexStringLower(SHA256.HashData(body)),
            media_type = context.Request.ContentType ?? "application/octet-stream",
        });
        _uploads[name] = made;
        return one => WriteAsync(one, StatusCodes.Status201Created, made);
    }

    private Func<HttpContext, Task> End(string verb, byte[] body)
    {
        var text = $"{verb} {System.Text.Encoding.UTF8.GetString(body)}";
        if (_end is not null && _end != text)
        {
            Note(CheckedRule.Again, $"It had said '{Short(_end)}', and then '{Short(text)}' of the same stage.");
        }

        if (_ordeal == Ordeal.Paused && _isStruck && verb != "release")
        {
            Note(CheckedRule.Pause, $"It said '{verb}' of a stage that it was to release.");
        }
        else if (verb == "complete" && _end is null)
        {
            CheckArtifacts(body);
        }
        else if (verb is "fail" or "release" && !(_ordeal == Ordeal.Paused && _isStruck) && _end is null)
        {
            Note(_ordeal == Ordeal.ReportFails ? CheckedRule.Survive : CheckedRule.Complete, $"It said '{verb}' of a stage that it could have completed.");
        }

        var isFirst = _end is null;
        _end = text;
        _ends++;
        Stop();
        if (_ordeal == Ordeal.Drained && _isStruck)
        {
            HasDrained = true;
            _done.TrySetResult();
        }

        return _ordeal == Ordeal.EndUnanswered && isFirst
            ? Cut
            : context => WriteAsync(context, StatusCodes.Status200OK, new { outcome = "applied", version = 2, message = (string?)null });
    }

    private void CheckArtifacts(byte[] body)
    {
        try
        {
            using var end = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
            if (!end.RootElement.TryGetProperty("artifacts", out var named))
            {
                return;
            }

            foreach (var artifact in named.EnumerateArray())
            {
                if (!_uploads.TryGetValue(artifact.GetProperty("name").GetString()!, out var made) || made.GetRawText() != JsonSerializer.Serialize(artifact))
                {
                    Note(CheckedRule.Artifact, $"It completed with {artifact.GetRawText()}, which is not what its uploads were answered with.");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            Note(CheckedRule.Artifact, $"Its completion is not what an address takes: {exception.Message}");
        }
    }

    private static string Short(string text) => text.Length > 80 ? $"{text[..80]}…" : text;

    private static Task Empty(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.Delay(TimeSpan.FromSeconds(0.2));
    }

    private static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static Func<HttpContext, Task> Problem(int status, string type) => context => WriteAsync(
        context, status, new { type = $"/problems/{type}", title = type, status, detail = "As the check has it." });

    private static async Task WriteAsync(HttpContext context, int status, object value)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value);
    }
}
