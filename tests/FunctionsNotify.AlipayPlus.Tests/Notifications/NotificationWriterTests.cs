using System.Text;
using CsCheck;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

public sealed class NotificationWriterTests
{
    [Fact]
    public void Write_Notification_IsTheTablesOrderWithoutUnusedFields()
    {
        var notification = new PaymentNotification
        {
            PaymentResult = new PaymentResult { ResultStatus = "F", ResultCode = "RISK_REJECT", ResultMessage = "déclinée 拒絶 <&>" },
            PaymentId = "1",
        };

        Assert.Equal(
            """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT","resultMessage":"déclinée 拒絶 <&>"},"paymentId":"1"}""",
            Encoding.UTF8.GetString(NotificationWriter.Write(notification)));
    }

    [Fact]
    public void Write_AnyAcceptedNotification_ReadsBackTheSame() =>
        Gens.Notification.Sample(notification =>
        {
            var reading = NotificationReader.Read(NotificationWriter.Write(notification));
            Assert.Empty(reading.Refusals);
            Assert.Equal(notification, reading.Notification);
            Assert.Equal(notification.PaymentId, reading.PaymentId);
        }, iter: 3_000);

    [Fact]
    public void Write_NotificationThatBreaksRules_WritesItForTheReaderToRefuse()
    {
        var notification = new PaymentNotification
        {
            PaymentResult = new PaymentResult { ResultStatus = "U", ResultCode = "" },
            PaymentId = null!,
        };

        Assert.Equal(
            ["paymentResult.resultStatus", "paymentResult.resultCode", "paymentId"],
            NotificationReader.Read(NotificationWriter.Write(notification)).Refusals.Select(violation => violation.Field));
        Assert.Equal("{}", Encoding.UTF8.GetString(NotificationWriter.Write(notification with { PaymentResult = null! })));
    }

    [Fact]
    public void Write_HalfASurrogatePair_ThrowsInsteadOfChangingIt()
    {
        // No theory: an attribute cannot hold half a pair.
        foreach (var text in new[] { "\ud83d", "a\ude00b", "\ud83d\ud83d\ude00" })
        {
            var notification = new PaymentNotification
            {
                PaymentResult = new PaymentResult { ResultStatus = "F", ResultCode = "X", ResultMessage = text },
                PaymentId = "1",
            };

            var fault = Assert.Throws<ArgumentException>(() => NotificationWriter.Write(notification));
            Assert.Contains("resultMessage", fault.Message, StringComparison.Ordinal);
        }
    }
}
