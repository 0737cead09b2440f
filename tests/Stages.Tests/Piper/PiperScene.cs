using VideoGen.Stages.Piper;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>A scene that a voice in Piper's form is to speak, and what its worker knows of such voices.</summary>
internal static class PiperScene
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="model">The file that the worker's configuration names; null for none.</param>
    /// <param name="voice">What the task names.</param>
    /// <param name="language">Of the document.</param>
    /// <param name="sentences">What is said; two sentences in English where there are none.</param>
    public static async Task<Production> OfAsync(string? model, string voice, string language = "en", params string[] sentences)
    {
        var production = new Production(speech: new SpeechOptions { ModelFiles = model is null ? [] : [model] });
        production.Config = production.Config with { Voice = voice, IsVoiceChosen = true, Language = language };
        await production.WithScenesAsync(Production.TextScene("scene-001", "Loud"));
        await production.WithScriptAsync("scene-001", sentences.Length > 0 ? sentences :
        [
            "A virtual actor is an object that lives somewhere in a cluster, and you call it by its name.",
            "The runtime finds it, or wakes it up on a machine of its choice, and it looks at one message at a time.",
        ]);
        return production;
    }

    /// <summary>The names of the voices in Piper's form that the worker offers.</summary>
    public static async Task<IEnumerable<string>> VoicesOfAsync(Production production) =>
        (await production.Get<Voices>().ListAsync(Stop)).Where(voice => voice.Engine == SpeechEngine.Piper).Select(voice => voice.Name);

    /// <summary>What the model alone makes of a request.</summary>
    public static async Task<float[]> SayAsync(PiperSessions sessions, string path, PiperRequest request)
    {
        var (model, hash) = (await new PiperModels([path]).FindAsync(PiperId.Parse("tiny"), Stop))!.Value;
        return await sessions.SpeakAsync(model, hash, request, Stop);
    }
}
