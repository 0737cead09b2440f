using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Speech;

/// <summary>The voices that this machine can speak with.</summary>
public sealed class Voices
{
    /// <summary>The clearest of flite's, by the word errors of a recognizer.</summary>
    public const string Default = "rms";

    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(20);

    private readonly MediaToolRunner _tools;
    private readonly SpeechOptions _speech;
    private readonly PiperModels _models;
    private readonly Lock _lock = new();
    private Task<ImmutableArray<string>>? _espeakLanguages;
    private Task<ImmutableArray<Voice>>? _festivalVoices;

    internal Voices(MediaToolRunner tools, SpeechOptions speech, PiperModels models)
    {
        _tools = tools;
        _speech = speech;
        _models = models;
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
        .. (await _models.ListAsync(cancellationToken).ConfigureAwait(false)).SelectMany(entry => VoicesOf(entry.Name, entry.Model)),
    ];

    /// <summary>The voice of a name.</summary>
    /// <exception cref="StageFailedException">
    /// There is none (<c>voice.unknown</c>), and the message lists those that there are; or this machine lacks the engine of the voice (<c>voice.missing</c>).
    /// </exception>
    public async Task<Voice> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (await FindModelAsync(name.Trim(), cancellationToken).ConfigureAwait(false) is { } neural)
        {
            return neural;
        }

        var all = await ListAsync(cancellationToken).ConfigureAwait(false);
        return all.FirstOrDefault(voice => string.Equals(voice.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(name, all);
    }

    private static IEnumerable<Voice> VoicesOf(string name, PiperModel? model) =>
        (model?.SpeakerNames ?? []).Select(speaker => $"{name}#{speaker}").Prepend(name).Select(id => OfModel(model, id));

    private static Voice OfModel(PiperModel? model, string id) => new(SpeechEngine.Piper, id) { Language = model?.Config.Language };

    /// <summary>A neural voice with the hash of its files; null for a name that is none of the files of this machine.</summary>
    private async Task<Voice?> FindModelAsync(string name, CancellationToken cancellationToken)
    {
        if (!name.StartsWith(Voice.PiperPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var id = PiperId.Parse(name[Voice.PiperPrefix.Length..]);
        if (await _models.FindAsync(id, cancellationToken).ConfigureAwait(false) is not var (model, hash))
        {
            return null;
        }

        if (model.SpeakerOf(id.Speaker) is null)
        {
            throw new StageFailedException(
                "voice.unknown", $"The model {model.Path} has no speaker '{Shown(id.Speaker!)}'. {SpeakersOf(model)}");
        }

        return model.Config.ReadsText || _tools.LackOf(MediaTool.EspeakNg) is not { } lack
            ? OfModel(model, (id with { Name = model.Name, Hash = null }).ToString()) with { ModelHash = hash }
            : throw new StageFailedException("voice.missing", $"The voice '{Shown(name)}' cannot speak on this machine: {lack}") { IsLackOfWorker = true };
    }

    private static string SpeakersOf(PiperModel model) =>
        model.Config.SpeakerCount == 1 ? "It has one, who needs no number."
            : model.Config.Speakers.IsEmpty ? $"Its speakers are 0 to {model.Config.SpeakerCount - 1}."
            : $"Its speakers are 0 to {model.Config.SpeakerCount - 1}, by name {string.Join(", ", model.Config.Speakers.Keys.Take(10))}"
                + (model.Config.Speakers.Count > 10 ? " and more." : ".");

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
        var shown = Shown(name);
        if (LackFor(name.Trim()) is { } lack)
        {
            return new StageFailedException("voice.missing", $"The voice '{shown}' cannot speak on this machine: {lack}") { IsLackOfWorker = true };
        }

        var espeak = all.Where(voice => voice.Engine == SpeechEngine.Espeak).Select(voice => voice.Name).ToList();
        var others = string.Join(
            ", ", all.Where(voice => voice.Engine != SpeechEngine.Espeak && !voice.Id.Contains('#', StringComparison.Ordinal)).Select(voice => voice.Name));
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

        if (name.StartsWith(Voice.PiperPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return "no model of that name is configured. Name its file in VIDEOGEN_PIPER_VOICES for every worker.";
        }

        return name.StartsWith(Voice.ServicePrefix, StringComparison.OrdinalIgnoreCase) && _speech.Endpoint is null
            ? "no speech service is configured. Set VIDEOGEN_SPEECH_ENDPOINT for every worker."
            : null;
    }

    private static string Shown(string name) => string.Concat(name.Take(60).Where(c => !char.IsControl(c)));

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
