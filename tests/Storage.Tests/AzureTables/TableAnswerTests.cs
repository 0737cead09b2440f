using System.Text;
using VideoGen.Storage.AzureTables;

namespace VideoGen.Storage.Tests.AzureTables;

public sealed class TableAnswerTests
{
    private const string Begin =
        "--batchresponse_a1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_b2\r\n\r\n";

    private const string End = "--changesetresponse_b2--\r\n--batchresponse_a1--\r\n";

    [Fact]
    public void EveryOperationHasItsETagAndADeletionHasNone()
    {
        var answer = Read(Begin + Done("""W/"1" """) + Done(null) + Done("""W/"3" """) + End, 3);
        Assert.Equal(["W/\"1\"", null, "W/\"3\""], answer!.ETags);
        Assert.False(answer.IsUnclear);
    }

    [Fact]
    public void AnAnswerThatIsCutShortAnywhereIsNone()
    {
        var whole = Begin + Done("W/\"1\"") + Done("W/\"2\"") + End;
        var last = whole.IndexOf("--changesetresponse_b2--", StringComparison.Ordinal) + "--changesetresponse_b2--".Length;
        for (var length = 0; length < last; length++)
        {
            Assert.Null(Read(whole[..length], 2));
        }

        Assert.Equal(2, Read(whole[..last], 2)!.ETags!.Count);
    }

    [Fact]
    public void ARefusalThatIsCutShortBeforeItsEndIsNone()
    {
        var whole = Begin + Refused("1:The condition is not met.") + End;
        Assert.Null(Read(whole[..whole.IndexOf(End, StringComparison.Ordinal)], 2));
        Assert.Null(Read(whole[..(whole.IndexOf("1:The", StringComparison.Ordinal) + 1)], 2));
    }

    [Theory]
    [InlineData("1:The condition is not met.\\nRequestId:x", 1)]
    [InlineData("0:The condition is not met.", 0)]
    [InlineData("2:There is no such operation.", null)]
    [InlineData("-1:There is no such operation.", null)]
    [InlineData("The condition: not met.", null)]
    [InlineData("99999999999:Too far.", null)]
    [InlineData("", null)]
    public void ARefusalNamesTheOperationThatFailed(string message, int? failed)
    {
        var answer = Read(Begin + Refused(message) + End, 2)!;
        Assert.Equal((412, "UpdateConditionNotSatisfied", failed), (answer.Status, answer.ErrorCode, answer.FailedOperation));
        Assert.Equal(failed is not null, answer.IsConflict);
        Assert.Null(answer.ETags);
    }

    [Fact]
    public void ARefusalAmongAnswersOfSuccessIsARefusal()
    {
        var answer = Read(Begin + Done("W/\"1\"") + Refused("1:Not met.") + End, 2)!;
        Assert.Equal((412, 1), (answer.Status, answer.FailedOperation));
        Assert.Null(answer.ETags);
    }

    [Fact]
    public void ARefusalWithoutWordsIsKnownByItsStatus()
    {
        var answer = Read(
            Begin + "--changesetresponse_b2\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 500 Internal Server Error\r\n\r\n<html>\r\n" + End, 2)!;
        Assert.Equal((500, null, null), (answer.Status, answer.ErrorCode, answer.FailedOperation));
        Assert.False(answer.IsConflict);
    }

    [Fact]
    public void ATableThatIsGoneIsNoConflict()
    {
        var refused = Refused("0:The table does not exist.")
            .Replace("UpdateConditionNotSatisfied", "TableNotFound", StringComparison.Ordinal)
            .Replace("412", "404", StringComparison.Ordinal);
        var answer = Read(Begin + refused + End, 2)!;
        Assert.Equal(404, answer.Status);
        Assert.False(answer.IsConflict);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AnotherNumberOfOperationsIsNoAnswer(int operations) => Assert.Null(Read(Begin + Done("W/\"1\"") + Done("W/\"2\"") + End, operations));

    [Theory]
    [InlineData("")]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHTTP/1.1 OK\r\n\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nno status\r\n\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n")]
    public void WhatIsNotOfTheFormIsNoAnswer(string text) => Assert.Null(Read(text, 1));

    [Fact]
    public void LineEndsAndTheCaseOfHeadersDoNotMatter()
    {
        var begin = Begin.Replace("boundary=changesetresponse_b2", "Boundary=\"changesetresponse_b2\"; charset=x", StringComparison.Ordinal);
        var text = (begin + Done("W/\"1\"") + End)
            .Replace("ETag: ", "etag:", StringComparison.Ordinal)
            .Replace("Content-Type", "CONTENT-TYPE", StringComparison.Ordinal)
            .Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Equal(["W/\"1\""], Read(text, 1)!.ETags);
    }

    private static TableAnswer? Read(string text, int operations) => TableAnswerReader.Read(Encoding.UTF8.GetBytes(text), operations);

    private static string Done(string? etag) =>
        "--changesetresponse_b2\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 204 No Content\r\n"
        + $"X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nDataServiceVersion: 3.0;\r\n{(etag is null ? "" : $"ETag: {etag}\r\n")}\r\n\r\n";

    private static string Refused(string message) =>
        "--changesetresponse_b2\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 412 Precondition Failed\r\n"
        + "DataServiceVersion: 3.0;\r\nContent-Type: application/json;odata=minimalmetadata\r\n\r\n"
        + """{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"lang":"en-US","value":"MESSAGE"}}}"""
            .Replace("MESSAGE", message, StringComparison.Ordinal)
        + "\r\n";
}
