using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>The voices that this machine can speak with.</summary>
public sealed class Voices
{
    /// <summary>The clearest of flite's, by the word errors of a recognizer.</summary>
    public const string Default = "rms";

    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(20);

    private readonly MediaToolRunner _tools;
    private readonly SpeechOptions _speech;
    private readonly Lock _lock = new();
    private Task<ImmutableArray<string>>? _espeakLanguages;
    private Task<ImmutableArray<Voice>>? _festivalVoices;

    internal Voices(MediaToolRunner tools, SpeechOptions speech)
    {
        _tools = tools;
        _speech = speech;
    }

    /// <summary>The voices of flite, which is a part of ffmpeg.</summary>
    public static ImmutableArray<string> Flite { get; } = ["rms", "slt", "awb", "kal", "kal16"];

    /// <summary>Which service speaks, and with which model; empty for none.</summary>
    internal string Service => _speech.Endpoint is { } endpoint ? $"{endpoint} {_speech.Model} {string.Join(',', _speech.Voices)}" : "";

    /// <summary>All that can be named here, the default first.</summary>
    public async Task<ImmutableArray<Voice>> ListAsync(CancellationToken cancellationToken = default) =>
    [
        .. await FestivalVoicesAsync(cancellationToken).ConfigureAwait(false),
        .. Flite.Select(id => new Voice(SpeechEngine.Flite, id)),
        .. (await EspeakLanguagesAsync(cancellationToken).ConfigureAwait(false)).Select(id => new Voice(SpeechEngine.Espeak, id)),
        .. _speech.Endpoint is null ? [] : _speech.Voices.Select(id => new Voice(SpeechEngine.Service, id)),
    ];

    /// <summary>The voice of a name.</summary>
    /// <exception cref="StageFailedException">
    /// There is none (<c>voice.unknown</c>), and the message lists those that there are; or this machine lacks the engine of the voice (<c>voice.missing</c>).
    /// </exception>
    public async Task<Voice> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var all = await ListAsync(cancellationToken).ConfigureAwait(false);
        return all.FirstOrDefault(voice => string.Equals(voice.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(name, all);
    }

    /// <summary>The languages of espeak-ng; none where it is not installed. They are listed once in a process, and again after a listing that failed.</summary>
    internal Task<ImmutableArray<string>> EspeakLanguagesAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_espeakLanguages is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _espeakLanguages = ListEspeakLanguagesAsync();
            }

            return _espeakLanguages.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Festival's voice; none where the program or the voice is not installed. It is asked for once in a process, and again after an answer that failed.
    /// </summary>
    private Task<ImmutableArray<Voice>> FestivalVoicesAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_festivalVoices is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _festivalVoices = ListFestivalAsync();
            }

            return _festivalVoices.WaitAsync(cancellationToken);
        }
    }

    private async Task<ImmutableArray<Voice>> ListFestivalAsync()
    {
        if (_tools.Find(MediaTool.Festival) is null)
        {
            return [];
        }

        var isThere = false;
        try
        {
            await _tools.RunAsync(
                new MediaRun
                {
                    Tool = MediaTool.Festival,
                    Arguments = ["--batch", "(print (voice.list))"],
                    WorkingDirectory = Path.GetTempPath(),
                    Timeout = ListTimeout,
                    Purpose = "Listing the voices of festival",
                    OutputLine = line => isThere |= line.Contains(FestivalSpeaker.VoiceName, StringComparison.Ordinal),
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StageFailedException)
        {
            // A festival that does not work speaks nothing, and flite does; on a machine with too much to do it may work the next time.
            lock (_lock)
            {
                _festivalVoices = null;
            }

            return [];
        }

        return isThere ? [new Voice(SpeechEngine.Festival, Voice.Hts)] : [];
    }

    private StageFailedException Unknown(string name, ImmutableArray<Voice> all)
    {
        var shown = string.Concat(name.Take(60).Where(c => !char.IsControl(c)));
        if (LackFor(name.Trim()) is { } lack)
        {
            return new StageFailedException("voice.missing", $"The voice '{shown}' cannot speak on this machine: {lack}") { IsLackOfWorker = true };
        }

        var espeak = all.Where(voice => voice.Engine == SpeechEngine.Espeak).Select(voice => voice.Name).ToList();
        var others = string.Join(", ", all.Where(voice => voice.Engine != SpeechEngine.Espeak).Select(voice => voice.Name));
        var hint = espeak.Count > 0
            ? $", and {espeak.Count} of espeak-ng, such as {string.Join(", ", espeak.Where(id => id is "espeak:en-gb" or "espeak:de" or "espeak:es"))}"
            : _tools.Find(MediaTool.EspeakNg) is null ? "; with the package espeak-ng installed also espeak:en-gb, espeak:de and many more" : "";
        return new StageFailedException("voice.unknown", $"There is no voice '{shown}'. The voices are {others}{hint}.");
    }

    /// <summary>What has to be there for a voice of that name; null when it would be there, or names no engine. Whoever made the task had the voice.</summary>
    private string? LackFor(string name)
    {
        if (name.Equals(Voice.Hts, StringComparison.OrdinalIgnoreCase))
        {
            return _tools.LackOf(MediaTool.Festival) ?? "festival has no voice cmu_us_slt_arctic_hts. Install the package festvox-us-slt-hts.";
        }

        if (name.StartsWith(Voice.EspeakPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return _tools.LackOf(MediaTool.EspeakNg);
        }

        return name.StartsWith(Voice.ServicePrefix, StringComparison.OrdinalIgnoreCase) && _speech.Endpoint is null
            ? "no speech service is configured. Set VIDEOGEN_SPEECH_ENDPOINT for every worker."
            : null;
    }

    private async Task<ImmutableArray<string>> ListEspeakLanguagesAsync()
    {
        if (_tools.Find(MediaTool.EspeakNg) is null)
        {
            return [];
        }

        var languages = new SortedSet<string>(StringComparer.Ordinal);
        await _tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.EspeakNg,
                Arguments = ["--voices"],
                WorkingDirectory = Path.GetTempPath(),
                Timeout = ListTimeout,
                Purpose = "Listing the voices of espeak-ng",
                OutputLine = line => AddLanguage(languages, line),
            },
            CancellationToken.None).ConfigureAwait(false);
        return [.. languages];
    }

    /// <summary>A line holds the priority, the language, age and gender, the name and more; the first line is the head.</summary>
    private static void AddLanguage(SortedSet<string> languages, string line)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length > 2 && int.TryParse(columns[0], out _) && columns[1].All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            languages.Add(columns[1]);
        }
    }
}
