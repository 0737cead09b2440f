using VideoGen.Cli.Exits;
using VideoGen.Client.Stages;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Speech;

namespace VideoGen.Cli.Running;

/// <summary>
/// The neural voice that somebody at this machine named by its file, on the command line or in a document of their own. The task gets its name, and this
/// process the file; what others hand in names no files.
/// </summary>
internal static class VoiceChoice
{
    /// <summary>The request with the name of the voice and its file, where it or the document names one; else as it is.</summary>
    /// <exception cref="CommandFailedException">The file cannot be used.</exception>
    public static async Task<DocumentRequest> ResolveAsync(DocumentRequest request, CancellationToken cancellationToken)
    {
        var named = request.Voice ?? await DocumentIntake.FindVoiceFileAsync(request.File, cancellationToken);
        if (named is null || !VoiceFile.IsNamedBy(named))
        {
            return request;
        }

        try
        {
            var file = await VoiceFile.ReadAsync(named, cancellationToken);
            return request with { Voice = file.VoiceName, VoiceFile = file.Path };
        }
        catch (StageFailedException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, exception.Message, exception);
        }
    }
}
