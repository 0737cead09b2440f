using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Speech;

/// <summary>
/// A speech service that understands OpenAI's <c>/v1/audio/speech</c>. The command fills this from <c>VIDEOGEN_SPEECH_ENDPOINT</c>,
/// <c>VIDEOGEN_SPEECH_KEY</c>, <c>VIDEOGEN_SPEECH_MODEL</c> and <c>VIDEOGEN_SPEECH_VOICES</c>; and neural voices, from <c>VIDEOGEN_PIPER_VOICES</c>.
/// </summary>
internal sealed class SpeechOptions
{
    /// <summary>The base address, as in <c>https://api.openai.com/v1</c>; null when there is no such service.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Sent as a bearer token, and never logged.</summary>
    public string? Key { get; set; }

    public string Model { get; set; } = "gpt-4o-mini-tts";

    /// <summary>The names of the voices that the service has.</summary>
    public IReadOnlyList<string> Voices { get; set; } = ["alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"];

    /// <summary>The files of the models (<c>NAME.onnx</c>) that may speak here, each with its <c>.json</c> beside it. No others are ever opened.</summary>
    public IReadOnlyList<string> ModelFiles { get; set; } = [];

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait after the first request that failed; twice as long after each further one.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>These, and the model that somebody at this machine named; null for none.</summary>
    public SpeechOptions With(string? modelFile)
    {
        ModelFiles = modelFile is null ? ModelFiles : [modelFile, .. ModelFiles];
        return this;
    }

    /// <summary>Reads the options from the environment.</summary>
    /// <exception cref="ArgumentException">The endpoint is not an http or https address, or a model is no file that ends with .onnx.</exception>
    public static SpeechOptions FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new SpeechOptions { Key = variable("VIDEOGEN_SPEECH_KEY") };
        if (variable("VIDEOGEN_SPEECH_ENDPOINT") is { Length: > 0 } endpoint)
        {
            options.Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new ArgumentException(
                    "VIDEOGEN_SPEECH_ENDPOINT must be an http or https address, such as https://api.openai.com/v1.", nameof(variable));
        }

        if (variable("VIDEOGEN_SPEECH_MODEL") is { Length: > 0 } model)
        {
            options.Model = model;
        }

        if (variable("VIDEOGEN_SPEECH_VOICES") is { Length: > 0 } voices)
        {
            options.Voices = voices.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        if (variable("VIDEOGEN_PIPER_VOICES") is { Length: > 0 } files)
        {
            options.ModelFiles = files.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (options.ModelFiles.FirstOrDefault(file => !file.EndsWith(PiperModel.Ending, StringComparison.OrdinalIgnoreCase)) is { } other)
            {
                throw new ArgumentException(
                    $"VIDEOGEN_PIPER_VOICES names '{other}'. It must name models that end with {PiperModel.Ending}, separated by commas.", nameof(variable));
            }
        }

        return options;
    }
}
