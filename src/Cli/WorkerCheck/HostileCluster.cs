using System.Globalization;
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
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Clocks and networks are not exact.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.3);

    private readonly Lock _gate = new();
    private readonly List<BrokenRule> _broken = [];
    private readonly Queue<Ordeal> _ordeals = new(ordeals);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Ordeal? _ordeal;

    /// <summary>What the worker has; null before it got the stage of the present ordeal.</summary>
    private GivenStage? _stage;
    private string? _incarnation;
    private string? _question;
    private long _busySince;
    private int _token = 7;

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
            await Answers.WriteAsync(context, StatusCodes.Status400BadRequest, new { detail = "The body is not JSON." });
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
            return Answers.Empty;
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
            case Ordeal.Busy when _stage is null:
                var away = time.GetElapsedTime(_busySince);
                if (away < RetryAfter - Grace)
                {
                    Note(CheckedRule.Busy, $"It came again {away.TotalSeconds:0.0} s later, and was told {RetryAfter.TotalSeconds:0}.");
                }

                return Item(wish);
            case Ordeal.CutOff when _stage is null:
                return Item(wish);
        }

        if (_stage is { IsStopped: false })
        {
            Note(CheckedRule.Complete, $"It asked for more work, and left the stage of before ({_ordeal}) without an end.");
        }

        if (_ordeal == Ordeal.Paused && _stage is { HasEnd: false })
        {
            Note(CheckedRule.Pause, "It took other work and did not release the stage.");
        }

        if (_ordeal == Ordeal.EndUnanswered && _stage?.Ends == 1)
        {
            Note(CheckedRule.Again, "It never sent again the end that got no answer.");
        }

        _stage = null;
        if (!_ordeals.TryDequeue(out var next))
        {
            _done.TrySetResult();
            return Answers.Empty;
        }

        _ordeal = next;
        switch (next)
        {
            case Ordeal.Busy:
                _busySince = time.GetTimestamp();
                return async one =>
                {
                    one.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                    await Answers.WriteAsync(one, StatusCodes.Status503ServiceUnavailable, new { detail = "Too much to do." });
                };
            case Ordeal.CutOff:
                return async one =>
                {
                    one.Response.ContentType = "application/json";
                    await one.Response.WriteAsync("{\"work\": [{\"task_id\": \"che");
                };
            case Ordeal.QuestionUnanswered:
                _question = key.Length == 0 ? "(no key)" : key;
                return Answers.Cut;
            default:
                return Item(wish);
        }
    }

    /// <summary>Gives the stage of the present ordeal under a new lease.</summary>
    private Func<HttpContext, Task> Item(JsonElement wish)
    {
        var lease = $"{_token++}.{Guid.NewGuid():N}";
        _stage = new GivenStage(_ordeal!.Value, lease, Note, time);
        var name = _ordeal is Ordeal.OfferedAgain ? nameof(Ordeal.LeaseGone) : $"{_ordeal}";
        var kind = wish.TryGetProperty("kinds", out var kinds) && kinds.GetArrayLength() > 0 ? kinds[0].GetString()! : "work";
        var task = $"check-{name}".ToLowerInvariant();
        var item = new
        {
            task_id = task,
            stage = kind,
            attempt = 1,
            url = $"/api/work/{task}/{kind}",
            lease,
            lease_s = GivenStage.LeaseTime.TotalSeconds,
            report_every_s = GivenStage.ReportEvery.TotalSeconds,
            input,
            parameters = (object?)null,
            inputs = Array.Empty<object>(),
        };
        return Answers.Ok(new { work = new[] { item } });
    }

    /// <summary>Something that is said of a stage.</summary>
    private Func<HttpContext, Task> Hear(HttpContext context, string path, byte[] body)
    {
        if (_stage is null)
        {
            GivenStage.NoteForeign(CheckedRule.Lease, path, context.Request.Headers["VideoGen-Lease"].ToString(), Note);
            return Answers.LeaseLost;
        }

        var answer = _stage.Hear(context, path, body);
        if (_stage.HasDrained)
        {
            HasDrained = true;
            _done.TrySetResult();
        }

        return answer;
    }
}
