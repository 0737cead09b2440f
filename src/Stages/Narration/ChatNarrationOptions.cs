using Microsoft.Extensions.Configuration;

namespace VideoGen.Stages.Narration;

/// <summary>A chat model that writes narration, behind any endpoint that speaks OpenAI's chat completions.</summary>
public sealed record ChatNarrationOptions
{
    /// <summary>The base address, such as <c>http://localhost:11434/v1</c>. <c>VIDEOGEN_CHAT_ENDPOINT</c>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary><c>VIDEOGEN_CHAT_MODEL</c>.</summary>
    public string? Model { get; init; }

    /// <summary><c>VIDEOGEN_CHAT_API_KEY</c>; some local servers need none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public bool IsConfigured => Endpoint is not null && !string.IsNullOrWhiteSpace(Model);

    /// <summary>Reads <c>VIDEOGEN_CHAT_ENDPOINT</c>, <c>_MODEL</c> and <c>_API_KEY</c>.</summary>
    /// <exception cref="FormatException">The endpoint is no http or https address.</exception>
    public static ChatNarrationOptions From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var address = configuration["VIDEOGEN_CHAT_ENDPOINT"];
        Uri? endpoint = null;
        if (!string.IsNullOrWhiteSpace(address) && (!Uri.TryCreate(address, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https")))
        {
            throw new FormatException($"VIDEOGEN_CHAT_ENDPOINT is '{address}'; it must be an http or https address, such as http://localhost:11434/v1.");
        }

        return new ChatNarrationOptions { Endpoint = endpoint, Model = configuration["VIDEOGEN_CHAT_MODEL"], ApiKey = configuration["VIDEOGEN_CHAT_API_KEY"] };
    }
}
