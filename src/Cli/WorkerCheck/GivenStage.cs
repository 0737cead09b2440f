using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace VideoGen.Cli.WorkerCheck;

/// <summary>A stage that the worker was given under one lease: what it has said of it so far, what it is answered, and what it must not say.</summary>
/// <param name="ordeal">What is made hard for the worker.</param>
/// <param name="lease">By which the worker shows that the stage is its own.</param>
/// <param name="note">Hears of each rule that the worker breaks.</param>
/// <param name="time">The clock.</param>
internal sealed class GivenStage(Ordeal ordeal, string lease, Action<CheckedRule, string> note, TimeProvider time)
{
    /// <summary>Short, so that the check does not take long; a worker is told it with each stage.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(0.4);

    /// <summary>A machine that is busy may be late with a report; it is silence only after so much more.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>A worker that was told to stop may have said something a moment before.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.3);

    private readonly Dictionary<string, JsonElement> _uploads = new(StringComparer.Ordinal);
    private string? _end;
    private long _heard = time.GetTimestamp();
    private long _told;
    private bool _isStruck;
    private int _reports;

    /// <summary>Whether it is to be worked on no more: it has an end, or the worker was told to stop.</summary>
    public bool IsStopped { get; private set; }

    public bool HasEnd => _end is not null;

    /// <summary>How often an end was said.</summary>
    public int Ends { get; private set; }

    /// <summary>Whether it ended after the worker had been told to drain.</summary>
    public bool HasDrained { get; private set; }

    /// <summary>Something that is said of the stage.</summary>
    public Func<HttpContext, Task> Hear(HttpContext context, string path, byte[] body)
    {
        var verb = VerbOf(path);
        var said = context.Request.Headers["VideoGen-Lease"].ToString();
        if (said.Length == 0 || said != lease)
        {
            NoteForeign(IsStopped && ordeal == Ordeal.LeaseGone ? CheckedRule.Lost : CheckedRule.Lease, path, said, note);
            return Answers.LeaseLost;
        }

        if (IsStopped)
        {
            if (time.GetElapsedTime(_told) > Grace && _end is null)
            {
                note(
                    ordeal == Ordeal.LeaseGone ? CheckedRule.Lost : ordeal == Ordeal.Paused ? CheckedRule.Pause : CheckedRule.Cancel,
                    $"It said '{verb}' of the stage after it had been told to stop.");
            }

            return _end is not null ? End(verb, body) : Answers.LeaseLost;
        }

        var silence = time.GetElapsedTime(_heard);
        if (silence > LeaseTime + Slack || (silence > LeaseTime && _reports == 0 && verb != "report"))
        {
            note(CheckedRule.Heartbeat, $"It was silent for {silence.TotalSeconds:0.0} s; the lease held for {LeaseTime.TotalSeconds:0}.");
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

    /// <summary>Something that is said of a stage which is not the worker's.</summary>
    public static void NoteForeign(CheckedRule rule, string path, string said, Action<CheckedRule, string> note) =>
        note(rule, $"It said '{VerbOf(path)}' of {path} under the lease '{said}', which is not that of the stage.");

    private static string VerbOf(string path) => path.Split('/') is [.., "artifacts", _] ? "artifact" : path.Split('/')[^1];

    private Func<HttpContext, Task> Report()
    {
        var directive = "continue";
        switch (ordeal)
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
                return Answers.LeaseLost;
            case Ordeal.ReportFails when !_isStruck:
                _isStruck = true;
                return Answers.Problem(StatusCodes.Status500InternalServerError, "internal");
            case Ordeal.Drained:
                directive = "drain";
                _isStruck = true;
                break;
        }

        return Answers.Ok(new { directive, lease_s = LeaseTime.TotalSeconds, next_report_s = ReportEvery.TotalSeconds, version = 1 });
    }

    private void Stop()
    {
        IsStopped = true;
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
        return one => Answers.WriteAsync(one, StatusCodes.Status201Created, made);
    }

    private Func<HttpContext, Task> End(string verb, byte[] body)
    {
        var text = $"{verb} {Encoding.UTF8.GetString(body)}";
        if (_end is not null && _end != text)
        {
            note(CheckedRule.Again, $"It had said '{Short(_end)}', and then '{Short(text)}' of the same stage.");
        }

        if (ordeal == Ordeal.Paused && _isStruck && verb != "release")
        {
            note(CheckedRule.Pause, $"It said '{verb}' of a stage that it was to release.");
        }
        else if (verb == "complete" && _end is null)
        {
            CheckArtifacts(body);
        }
        else if (verb is "fail" or "release" && !(ordeal == Ordeal.Paused && _isStruck) && _end is null)
        {
            note(ordeal == Ordeal.ReportFails ? CheckedRule.Survive : CheckedRule.Complete, $"It said '{verb}' of a stage that it could have completed.");
        }

        var isFirst = _end is null;
        _end = text;
        Ends++;
        Stop();
        HasDrained |= ordeal == Ordeal.Drained && _isStruck;
        return ordeal == Ordeal.EndUnanswered && isFirst ? Answers.Cut : Answers.Ok(new { outcome = "applied", version = 2, message = (string?)null });
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
                    note(CheckedRule.Artifact, $"It completed with {artifact.GetRawText()}, which is not what its uploads were answered with.");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            note(CheckedRule.Artifact, $"Its completion is not what an address takes: {exception.Message}");
        }
    }

    private static string Short(string text) => text.Length > 80 ? $"{text[..80]}…" : text;
}
